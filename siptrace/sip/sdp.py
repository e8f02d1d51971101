"""From bytes to a `Session`: reads session descriptions (RFC 8866), whatever the bytes.

A line that makes no sense is passed over and told in `Session.problems`; nothing raises. The weak spot: lines out of
order are accepted where their meaning is clear, and not told.
"""

from __future__ import annotations

from siptrace.errors import AnomalyCode
from siptrace.patterns import pattern
from siptrace.sip.lexical import Problem, number
from siptrace.sip.session import (
    STATIC_PAYLOADS,
    Attribute,
    Bandwidth,
    Codec,
    Connection,
    Crypto,
    Fingerprint,
    Media,
    Origin,
    Rtcp,
    Session,
    Timing,
    by_name,
)

__all__ = [
    "STATIC_PAYLOADS",
    "Attribute",
    "Bandwidth",
    "Codec",
    "Connection",
    "Crypto",
    "Fingerprint",
    "Media",
    "Origin",
    "Rtcp",
    "Session",
    "Timing",
    "parse_sdp",
]

_LINE_END = pattern(r"\r\n|\n|\r")
# media-field = "m=" media SP port ["/" integer] SP proto 1*(SP fmt). Lenient: several spaces, and no formats.
_MEDIA = pattern(r"([^ ]++) +([0-9]++)(?:/([0-9]++))? +([^ ]++)((?>(?: +[^ ]++)*)) *")


def parse_sdp(data: bytes) -> Session:
    """Return the session description in `data`. Never raises; bytes that are not UTF-8 become backslash escapes."""
    problems: dict[Problem, None] = {}
    sections: list[list[tuple[str, str]]] = [[]]
    for line in _LINE_END.split(data.decode(errors="backslashreplace")):
        if not line:
            continue
        if line[1:2] != "=":
            problems[AnomalyCode.BAD_SDP, f"no type=value: {line[:40]}"] = None
            continue
        if line[0] == "m":
            sections.append([])
        sections[-1].append((line[0], line[2:]))
    return _session(sections, problems)


def _session(sections: list[list[tuple[str, str]]], problems: dict[Problem, None]) -> Session:
    """Return the session from its lines, cut before each m=."""
    lines = sections[0]
    first = dict(reversed(lines))
    for kind, title in (("v", "version"), ("o", "origin"), ("s", "session name"), ("t", "time")):
        if kind not in first:
            problems[AnomalyCode.BAD_SDP, f"no {kind}= line ({title})"] = None
    for kind in sorted({kind for kind, _ in lines} - set("vosiuepcbtrzka")):
        problems[AnomalyCode.BAD_SDP, f"an unknown line {kind!r}="] = None
    connection = _connection(first.get("c"), problems)
    attributes = _attributes(lines)
    shared = by_name(attributes)
    media = tuple(one for section in sections[1:] if (one := _media(section, connection, shared, problems)) is not None)
    if connection is None and any(one.connection is None and not one.is_rejected for one in media):
        problems[AnomalyCode.BAD_SDP, "no c= line (connection)"] = None
    version = number(first.get("v", "").strip(), 2**31)
    if "v" in first and version != 0:
        problems[AnomalyCode.BAD_SDP, "the version is not 0"] = None
    return Session(
        version=version,
        origin=_origin(first.get("o"), problems),
        name=first.get("s"),
        information=first.get("i"),
        uri=first.get("u"),
        emails=tuple(value for kind, value in lines if kind == "e"),
        phones=tuple(value for kind, value in lines if kind == "p"),
        connection=connection,
        bandwidths=_bandwidths(lines, problems),
        timings=_timings(lines, problems),
        zones=first.get("z"),
        key=first.get("k"),
        attributes=attributes,
        media=media,
        problems=tuple(problems),
    )


def _media(
    lines: list[tuple[str, str]],
    connection: Connection | None,
    session_attributes: dict[str, tuple[str, ...]],
    problems: dict[Problem, None],
) -> Media | None:
    """Return one media description, None where its m= line makes no sense."""
    match = _MEDIA.fullmatch(lines[0][1])
    port = number(match[2], 65535) if match else None
    if match is None or port is None:
        problems[AnomalyCode.BAD_SDP, f"m={lines[0][1][:40]}"] = None
        return None
    formats = tuple(match[5].split())
    if not formats:
        problems[AnomalyCode.BAD_SDP, "a media line without formats"] = None
    rest = dict(reversed(lines[1:]))
    return Media(
        kind=match[1],
        port=port,
        port_count=number(match[3] or "1", 65535) or 1,
        protocol=match[4],
        formats=formats,
        title=rest.get("i"),
        connection=_connection(rest.get("c"), problems) or connection,
        bandwidths=_bandwidths(lines, problems),
        key=rest.get("k"),
        attributes=_attributes(lines),
        session_attributes=session_attributes,
    )


def _origin(value: str | None, problems: dict[Problem, None]) -> Origin | None:
    """Return the o= line."""
    words = (value or "").split()
    if value is None or len(words) != 6:
        if value is not None:
            problems[AnomalyCode.BAD_SDP, f"o={value[:40]}"] = None
        return None
    return Origin(*words)


def _connection(value: str | None, problems: dict[Problem, None]) -> Connection | None:
    """Return a c= line; the multicast suffix is /ttl/count for IPv4 and /count for IPv6 (RFC 8866 5.7)."""
    words = (value or "").split()
    if value is None or len(words) != 3:
        if value is not None:
            problems[AnomalyCode.BAD_SDP, f"c={value[:40]}"] = None
        return None
    net_type, address_type, text = words
    address, *suffix = text.split("/")
    numbers = [number(word, 2**31) for word in suffix]
    if None in numbers or len(numbers) > 2:
        problems[AnomalyCode.BAD_SDP, f"c={value[:40]}"] = None
        numbers = []
    ttl = numbers.pop(0) if numbers and address_type.upper() != "IP6" else None
    return Connection(net_type, address_type, address, ttl, (numbers[0] if numbers else None) or 1)


def _attributes(lines: list[tuple[str, str]]) -> tuple[Attribute, ...]:
    """Return the a= lines."""
    split = (value.partition(":") for kind, value in lines if kind == "a")
    return tuple(Attribute(name.strip(), value.strip() if colon else None) for name, colon, value in split)


def _bandwidths(lines: list[tuple[str, str]], problems: dict[Problem, None]) -> tuple[Bandwidth, ...]:
    """Return the b= lines."""
    found = []
    for value in (value for kind, value in lines if kind == "b"):
        kind, _, text = value.partition(":")
        bandwidth = number(text.strip(), 2**63)
        if bandwidth is None:
            problems[AnomalyCode.BAD_SDP, f"b={value[:40]}"] = None
        else:
            found.append(Bandwidth(kind.strip(), bandwidth))
    return tuple(found)


def _timings(lines: list[tuple[str, str]], problems: dict[Problem, None]) -> tuple[Timing, ...]:
    """Return the t= lines, each with the r= lines that follow it."""
    found: list[tuple[int, int, list[str]]] = []
    for kind, value in lines:
        if kind == "r" and found:
            found[-1][2].append(value)
        if kind != "t":
            continue
        words = [number(word, 2**63) for word in value.split()]
        if len(words) != 2 or words[0] is None or words[1] is None:
            problems[AnomalyCode.BAD_SDP, f"t={value[:40]}"] = None
        else:
            found.append((words[0], words[1], []))
    return tuple(Timing(start, stop, tuple(repeats)) for start, stop, repeats in found)
