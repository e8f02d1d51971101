"""Challenges and credentials: who is asked to prove what, and with what proof (RFC 3261 22, RFC 7616, RFC 8760).

Any scheme is read. Nothing is verified here: a trace holds no passwords. Missing commas between parameters are
tolerated and told, because phones that leave them out do register.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from siptrace.errors import AnomalyCode
from siptrace.patterns import pattern
from siptrace.sip import grammar
from siptrace.sip.grammar import LWS
from siptrace.sip.lexical import unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siptrace.sip.lexical import Params, Problem, Problems

__all__ = ["PARAMETERS", "Challenge", "Credentials", "parse_challenges", "parse_credentials"]

PARAMETERS: dict[str, str] = {
    "username": "who proves to be it",
    "realm": "whose users are meant",
    "domain": "where else the credentials hold",
    "nonce": "the server's text for the proof",
    "uri": "the target that the proof covers",
    "response": "the proof: a hash with the password",
    "cnonce": "the client's text for the proof",
    "nc": "how often this nonce was used, in hexadecimal",
    "qop": "what the proof covers; auth-int: the body too",
    "algorithm": "the hash; MD5 where none is named",
    "opaque": "to be returned as it is",
    "stale": "true when only the nonce was too old",
    "userhash": "whether the user name is hashed",
    "charset": "how the user name is encoded",
    "auts": "AKA: the SIM asks to synchronise anew",
}
"""What the parameters of Digest are for (RFC 7616 3.3 and 3.4; `auts` RFC 3310 3.4)."""

_SCHEME = pattern(r"[ \t,]*+([^ \t,=\"]++)(?:[ \t]++|\Z)(?![ \t]*+=)")
_TOKEN68 = pattern(r"[A-Za-z0-9\-._~+/]++=*+(?=[ \t]*+(?:,|\Z))")


@dataclass(frozen=True, slots=True)
class _Auth:
    """A scheme and its parameters (names in lower case, values unquoted); `proxy` tells whose header field it is."""

    scheme: str
    params: Mapping[str, str | None] = field(default_factory=dict, hash=False)
    proxy: bool = False
    token: str = ""

    @property
    def is_digest(self) -> bool:
        """Whether the scheme is Digest."""
        return self.scheme.lower() == "digest"

    @property
    def realm(self) -> str:
        """The realm, "" where there is none."""
        return self.params.get("realm") or ""

    @property
    def nonce(self) -> str:
        """The nonce, "" where there is none."""
        return self.params.get("nonce") or ""

    @property
    def opaque(self) -> str:
        """The text to be returned unchanged, "" where there is none."""
        return self.params.get("opaque") or ""

    @property
    def algorithm(self) -> str:
        """The hash, upper-cased; MD5 where a Digest names none (RFC 7616 3.3)."""
        return (self.params.get("algorithm") or ("MD5" if self.is_digest else "")).upper()


@dataclass(frozen=True, slots=True)
class Challenge(_Auth):
    """One challenge of a WWW-Authenticate or Proxy-Authenticate; `token` is what a scheme without parameters has."""

    @property
    def qop(self) -> tuple[str, ...]:
        """The qualities of protection on offer, in lower case (RFC 7616 3.3)."""
        options = (self.params.get("qop") or "").lower().split(",")
        return tuple(filter(None, (option.strip(LWS) for option in options)))

    @property
    def stale(self) -> bool:
        """Whether only the nonce was too old, not the proof wrong (RFC 7616 3.3)."""
        return (self.params.get("stale") or "").lower() == "true"


@dataclass(frozen=True, slots=True)
class Credentials(_Auth):
    """The credentials of an Authorization or Proxy-Authorization; `token` is what a scheme without parameters has."""

    @property
    def username(self) -> str:
        """The user who proves itself, "" where there is none."""
        return self.params.get("username") or ""

    @property
    def uri(self) -> str:
        """The URI that the proof covers, "" where there is none."""
        return self.params.get("uri") or ""

    @property
    def response(self) -> str:
        """The proof, "" where there is none."""
        return self.params.get("response") or ""

    @property
    def qop(self) -> str:
        """The quality of protection that was chosen, in lower case, "" where there is none."""
        return (self.params.get("qop") or "").lower()

    @property
    def nonce_count(self) -> int | None:
        """How often the nonce was used, from its hexadecimal nc, None where it has none (RFC 7616 3.4)."""
        text = self.params.get("nc") or ""
        return int(text, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,8}", text) else None


def parse_challenges(value: str, *, proxy: bool = False) -> tuple[tuple[Challenge, ...], Problems]:
    """Return the challenges of one header field line: one in SIP, but HTTP's several are read too (RFC 7235 4.1)."""
    found, problems = _parse(value)
    return tuple(Challenge(scheme, params, proxy, token) for scheme, params, token in found), problems


def parse_credentials(value: str, *, proxy: bool = False) -> tuple[tuple[Credentials, ...], Problems]:
    """Return the credentials of one header field line (RFC 3261 20.7, 20.28)."""
    found, problems = _parse(value)
    return tuple(Credentials(scheme, params, proxy, token) for scheme, params, token in found), problems


def _parse(value: str) -> tuple[list[tuple[str, Params, str]], Problems]:
    """Return scheme, parameters and token of each part of a value, and what is wrong with it."""
    problems: dict[Problem, None] = {}
    found: list[tuple[str, Params, str]] = []
    position = 0
    while match := _SCHEME.match(value, position):
        scheme = match[1]
        if not grammar.TOKEN_VALID.fullmatch(scheme):
            problems[AnomalyCode.BAD_AUTH, "the scheme is not a token"] = None
        token68 = _TOKEN68.match(value, match.end())
        position = token68.end() if token68 else match.end()
        params: Params = {}
        position = _params(value, position, params, problems)
        found.append((scheme, params, token68[0] if token68 else ""))
    if not found:
        problems[AnomalyCode.BAD_AUTH, "no scheme"] = None
    elif value[position:].strip(" \t,"):
        problems[AnomalyCode.BAD_AUTH, "text that is neither scheme nor parameter"] = None
    for scheme, params, _ in found:
        if scheme.lower() == "digest" and ("realm" not in params or "nonce" not in params):
            problems[AnomalyCode.BAD_AUTH, "a Digest without realm or nonce"] = None
    return found, tuple(problems)


def _params(value: str, position: int, params: Params, problems: dict[Problem, None]) -> int:
    """Read the parameters from `position` on into `params` and return where they end."""
    comma = True
    while match := grammar.AUTH_PARAM.match(value, position):
        name, text, _, following = match.groups()
        if not comma and value[position : match.start(1)].count(",") == 0:
            problems[AnomalyCode.BAD_AUTH, "a comma is missing between parameters"] = None
        if text.startswith('"') and grammar.QUOTED.fullmatch(text) is None:
            problems[AnomalyCode.UNCLOSED_QUOTE, f"{name[:40]} has no closing quotation mark"] = None
        if name.lower() in params:
            problems[AnomalyCode.REPEATED_PARAMETER, name[:40].lower()] = None
        params.setdefault(name.lower(), unquote(text))
        comma = bool(following)
        position = match.end()
    return position
