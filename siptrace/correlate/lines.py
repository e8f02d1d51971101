"""The grammar of one line of a flow's `steps`: text to words, no meaning yet.

    F2   alice <- proxy1   407 Proxy Authorization Required  | challenge=atlanta.example.com
    media  alice <=> bob   Both Way RTP Media
    event  Bob changes IP address

Everything that may stand behind the bar is one entry of `WORDS`; docs/flows-format.md lists them for users and a test
holds the two equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from siptrace.correlate.step import Auth, DialogRole, EventRow, MediaDirection, MediaRow, Scope, Sdp, SdpRole

__all__ = ["EXT", "WORDS", "LineError", "Message", "Sdps", "read_line", "transport"]

Sdps = Mapping[str, Sdp]
"""What `offer=` and `answer=` name."""

TRANSPORTS = ("UDP", "TCP", "TLS", "SCTP", "WS", "WSS")

_MESSAGE = re.compile(
    r"F(?P<f>\d{1,4})\s+(?P<left>[\w-]+)\s*(?P<arrow>->|<-)\s*(?P<right>[\w-]+)\s+"
    r"(?:(?P<status>[1-6]\d\d)(?:\s+(?P<reason>[^|]*?))?|(?P<method>[A-Z]+))\s*(?:\|(?P<words>.*))?"
)
_MEDIA = re.compile(r"media\s+(?P<left>[\w-]+)\s*(?P<arrow><=>|=>|<=|=/=)\s*(?P<right>[\w-]+)\s+(?P<label>.+)")
_WORD = re.compile(r'(?:[^\s"]|"[^"]*")+')
_EVENT = re.compile(r"(?P<kind>event|margin)\s+(?P<label>.+)")


class LineError(ValueError):
    """A line that cannot be read; carries its number in the file."""

    def __init__(self, line: int, text: str) -> None:
        """Keep the number for the one who knows the file."""
        super().__init__(text)
        self.line = line


@dataclass(frozen=True)
class Message:
    """A message line as written: what is in front of the bar, and `given`, the `Step` fields set behind it."""

    line: int
    f: int
    src: str
    dst: str
    method: str | None
    status: int | None
    reason: str | None
    given: Mapping[str, object] = field(default_factory=dict)

    def number(self, name: str) -> int | None:
        """Return the number that the line gives for a `Step` field, or None."""
        value = self.given.get(name)
        return value if isinstance(value, int) else None

    def text(self, name: str) -> str | None:
        """Return the text that the line gives for a `Step` field, or None."""
        value = self.given.get(name)
        return value if isinstance(value, str) else None


def _step(value: str) -> int:
    """Return the number of a reference to another step, `F12`."""
    if not re.fullmatch(r"F\d{1,4}", value):
        raise ValueError(f"a step is written like F12, not {value!r}")
    return int(value[1:])


def _number(value: str) -> int:
    if not re.fullmatch(r"\d{1,10}", value):
        raise ValueError(f"{value!r} is not a number")
    return int(value)


def _label(value: str) -> str | None:
    return None if value == "-" else value


def _flag(value: str) -> bool:
    if value not in {"", "yes", "no"}:
        raise ValueError(f"stands alone, or with =yes or =no, not {value!r}")
    return value != "no"


def transport(value: str) -> str:
    """Return the transport; raises ValueError when there is none of that name."""
    if value not in TRANSPORTS:
        raise ValueError(f"{value!r} is none of {', '.join(TRANSPORTS)}")
    return value


def _text(value: str) -> str:
    if not value:
        raise ValueError("needs a value")
    return value


def _dialog(value: str) -> DialogRole:
    try:
        return DialogRole[value.upper().replace("-", "_")]
    except KeyError:
        known = ", ".join(role.name.lower().replace("_", "-") for role in DialogRole)
        raise ValueError(f"{value!r} is none of {known}") from None


def _scope(value: str) -> Scope:
    if value not in set(Scope):
        raise ValueError(f"{value!r} is neither {Scope.HOP} nor {Scope.END_TO_END}")
    return Scope(value)


WORDS: Mapping[str, tuple[str, Callable[[str], object]]] = MappingProxyType(
    {
        # -- relations to earlier steps
        "copy": ("copy_of", _step),
        "resend": ("retransmission_of", _step),
        "re": ("responds_to", _step),
        "acks": ("acks", _step),
        # -- identity
        "call": ("call_id", _text),
        "cseq": ("cseq", _number),
        "from": ("from_tag", _label),
        "to": ("to_tag", _label),
        "branch": ("branch", _label),
        "txn": ("txn", _text),
        "via": ("via_count", _number),
        "transport": ("transport", transport),
        "scope": ("scope", _scope),
        "dialog": ("dialog", _dialog),
        "optional": ("optional", _flag),
        "route": ("route", _flag),
        "record-route": ("record_route", _flag),
        # -- bodies
        "body": ("body", _text),
        "sipfrag": ("sipfrag", _text),
        # -- the text itself
        "printed": ("text_status", _number),
        "note": ("note", _text),
    }
)
"""Words and the `Step` fields they set, besides `offer`, `answer`, `challenge`, `credentials` and `EXT`."""

EXT: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {
        "contacts": _number,
        "contact-star": _flag,
        "expires": _number,
        "event": _text,
        "subscription-state": _text,
        "refer-to": _flag,
        "refer-to-replaces-call": _text,
        "referred-by": _flag,
        "replaces-call": _text,
        "join-call": _text,
        "also": _flag,
        "requested-by": _flag,
    }
)
"""Words that fill `Step.ext`, under the same name with `_` for `-`."""


def _realms(auth: Auth, value: str) -> dict[str, object]:
    return {"auth": auth, "auth_realms": tuple(part for part in value.split(",") if part)}


def _session(role: SdpRole, value: str, sdps: Sdps) -> dict[str, object]:
    if not value:
        return {"sdp": role, "sdp_info": None}
    if value not in sdps:
        raise ValueError(f"there is no sdp.{value}")
    return {"sdp": role, "sdp_info": sdps[value]}


def _word(name: str, value: str, sdps: Sdps) -> dict[str, object]:
    """Return the `Step` fields that one word sets."""
    if name in WORDS:
        target, read = WORDS[name]
        return {target: read(value)}
    if name in {"offer", "answer"}:
        return _session(SdpRole(name), value, sdps)
    if name in {"challenge", "credentials"}:
        return _realms(Auth(name), value)
    if name == "sdp" and value == "none":
        return {"sdp": SdpRole.NONE, "sdp_info": None}
    if name == "auth" and value == "none":
        return _realms(Auth.NONE, "")
    raise ValueError("is not a word of the format")


def _words(text: str, sdps: Sdps, line: int) -> dict[str, object]:
    if text.count('"') % 2:
        raise LineError(line, "a quotation mark is not closed")
    given: dict[str, object] = {}
    ext: dict[str, object] = {}
    seen: set[str] = set()
    for part in (word.replace('"', "") for word in _WORD.findall(text)):
        name, _, value = part.partition("=")
        if name in seen:
            raise LineError(line, f"{name!r}: stands twice")
        seen.add(name)
        try:
            if name in EXT:
                ext[name.replace("-", "_")] = EXT[name](value)
            else:
                given |= _word(name, value, sdps)
        except ValueError as error:
            raise LineError(line, f"{name!r}: {error}") from None
    return given | ({"ext": tuple(ext.items())} if ext else {})


def _message(match: re.Match[str], line: int, sdps: Sdps) -> Message:
    left, right = match["left"], match["right"]
    src, dst = (left, right) if match["arrow"] == "->" else (right, left)
    return Message(
        line=line,
        f=int(match["f"]),
        src=src,
        dst=dst,
        method=match["method"],
        status=int(match["status"]) if match["status"] else None,
        reason=(match["reason"] or "") if match["status"] else None,
        given=_words(match["words"] or "", sdps, line),
    )


def _media(match: re.Match[str], line: int, after_f: int) -> MediaRow:
    left, right = match["left"], match["right"]
    direction, sender = {
        "<=>": (MediaDirection.BOTH, None),
        "=>": (MediaDirection.ONE, left),
        "<=": (MediaDirection.ONE, right),
        "=/=": (MediaDirection.NONE, None),
    }[match["arrow"]]
    return MediaRow(match["label"], (left, right), direction, after_f, sender, line)


def read_line(text: str, line: int, after_f: int, sdps: Sdps) -> Message | MediaRow | EventRow | None:
    """Return what the line says, or None when it is empty or a comment.

    `line` is its number in the file, `after_f` the number of the step above it. Raises LineError.
    """
    text = text.strip()
    if not text or text.startswith("#"):
        return None
    if match := _MESSAGE.fullmatch(text):
        return _message(match, line, sdps)
    if match := _MEDIA.fullmatch(text):
        return _media(match, line, after_f)
    if match := _EVENT.fullmatch(text):
        return EventRow(match["label"], after_f, match["kind"] == "margin", line)
    raise LineError(line, f"is neither a message, nor media, nor an event: {text[:60]!r}")
