"""One header field value at a time: from its text to its parts and to what is wrong with it.

Every function is pure, takes the unfolded text of one value and returns `(parts, problems)`; none raises, whatever
the text. A value that makes no sense yields None or an empty tuple, and a problem. Lists are tuples in their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from siptrace.errors import AnomalyCode
from siptrace.sip import grammar
from siptrace.sip.grammar import LWS
from siptrace.sip.lexical import (
    NO_PARAMS,
    Params,
    Problem,
    Problems,
    host_port,
    number,
    parse_params,
    split_list,
    unquote,
)
from siptrace.sip.uri import Uri, parse_uri

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "MAGIC_COOKIE",
    "CSeq",
    "MediaType",
    "NameAddr",
    "Problem",
    "Problems",
    "Via",
    "parse_cseq",
    "parse_media_type",
    "parse_name_addr",
    "parse_name_addrs",
    "parse_number",
    "parse_params",
    "parse_via",
    "split_list",
    "unquote",
]

MAGIC_COOKIE = "z9hG4bK"
"""What a branch of RFC 3261 begins with (8.1.1.7); compared without regard to case, as every token (7.3.1)."""

UNREADABLE_NUMBER = -1
"""The CSeq number where it is none, or is not below 2**32."""


class Via(NamedTuple):
    """One Via value (RFC 3261 20.42): `SIP/2.0/UDP host:port;params`; `transport` is upper-cased, `host` as written."""

    protocol: str
    version: str
    transport: str
    host: str
    port: int | None = None
    params: Mapping[str, str | None] = NO_PARAMS

    def __hash__(self) -> int:
        """Hash what has a hash: all but the parameters."""
        return hash(self[:-1])

    @property
    def branch(self) -> str | None:
        """The transaction identifier, None where there is none (RFC 2543)."""
        return self.params.get("branch")

    @property
    def is_rfc3261(self) -> bool:
        """Whether the branch begins with the magic cookie and goes on (RFC 3261 8.1.1.7, RFC 4475 3.2.1)."""
        branch = self.params.get("branch") or ""
        return len(branch) > len(MAGIC_COOKIE) and branch[: len(MAGIC_COOKIE)].lower() == MAGIC_COOKIE.lower()

    @property
    def received(self) -> str | None:
        """The address the request came from, as the next hop saw it (RFC 3261 18.2.1)."""
        return self.params.get("received")

    @property
    def rport(self) -> int | None:
        """The port the request came from, None where it is not filled in (RFC 3581 3)."""
        return number(self.params.get("rport") or "", 65535)

    @property
    def wants_rport(self) -> bool:
        """Whether the client asked for answers at the port it sent from, by an rport parameter (RFC 3581 3)."""
        return "rport" in self.params

    @property
    def maddr(self) -> str | None:
        """The (multicast) address for answers (RFC 3261 18.1.1)."""
        return self.params.get("maddr")

    @property
    def ttl(self) -> int | None:
        """The multicast time-to-live, 0..255."""
        return number(self.params.get("ttl") or "", 255)

    @property
    def sent_by(self) -> str:
        """`host[:port]` with the host in lower case; the default port is not filled in."""
        host = self.host.lower()
        return host if self.port is None else f"{host}:{self.port}"


class NameAddr(NamedTuple):
    """An address with display name and header field parameters (RFC 3261 20.10); `Contact: *` has the URI text `*`."""

    display: str
    uri: Uri
    params: Mapping[str, str | None] = NO_PARAMS

    def __hash__(self) -> int:
        """Hash what has a hash: all but the parameters."""
        return hash(self[:-1])

    @property
    def tag(self) -> str | None:
        """The tag of a From or To (RFC 3261 19.3)."""
        return self.params.get("tag")

    @property
    def is_wildcard(self) -> bool:
        """Whether this is the `Contact: *` that removes every binding (RFC 3261 10.2.2)."""
        return self.uri.text == "*"


class CSeq(NamedTuple):
    """The CSeq (RFC 3261 20.16); the number is -1 where it is unreadable or 2**32 and more."""

    number: int
    method: str


class MediaType(NamedTuple):
    """A Content-Type (RFC 3261 20.15), type and subtype in lower case."""

    type: str
    subtype: str
    params: Mapping[str, str | None] = NO_PARAMS

    def __hash__(self) -> int:
        """Hash what has a hash: all but the parameters."""
        return hash(self[:-1])

    def __str__(self) -> str:
        """Return `type/subtype`."""
        return f"{self.type}/{self.subtype}"


def parse_via(value: str) -> tuple[tuple[Via, ...], Problems]:
    """Return the Via stack in one header field value, topmost first (RFC 3261 20.42)."""
    elements, split_problems = split_list(value)
    if not elements:
        return (), (*split_problems, (AnomalyCode.BAD_VIA, "empty"))
    problems = list(split_problems)
    vias = []
    for element in elements:
        via, more = _parse_one_via(element)
        problems += more
        if via is not None:
            vias.append(via)
    return tuple(vias), _once(problems)


def _parse_one_via(text: str) -> tuple[Via | None, list[Problem]]:
    """Return one Via, or None where even the two slashes are missing."""
    match = grammar.VIA_PIECES.fullmatch(text)
    if match is None:
        return None, [(AnomalyCode.BAD_VIA, "no SIP/2.0/transport")]
    protocol, version, transport, rest = match.groups()
    sent_by, semicolon, param_text = rest.partition(";")
    host, port, trouble = host_port(sent_by.strip(LWS))
    params: Params = {}
    problems: list[Problem] = []
    if semicolon:
        params, found = parse_params(param_text)
        problems += [(AnomalyCode.BAD_VIA if code is AnomalyCode.BAD_HEADER else code, why) for code, why in found]
    if trouble:
        problems.append((AnomalyCode.BAD_VIA, trouble))
    if not all(grammar.TOKEN_VALID.fullmatch(part) for part in (protocol, version, transport)):
        problems.append((AnomalyCode.BAD_VIA, "the protocol is not SIP/2.0/transport"))
    problems += _via_param_problems(params)
    return Via(protocol, version, transport.upper(), host, port, params), problems


def _via_param_problems(params: Params) -> list[Problem]:
    """Return what is wrong with the parameters that RFC 3261 20.42 and RFC 3581 define."""
    problems: list[Problem] = []
    if "branch" in params and (params["branch"] or "").lower() in ("", MAGIC_COOKIE.lower()):
        problems.append((AnomalyCode.EMPTY_BRANCH, "the branch says nothing"))
    for name, limit in (("rport", 65535), ("ttl", 255)):
        text = params.get(name)
        if text is not None and number(text, limit) is None:
            problems.append((AnomalyCode.BAD_NUMBER, f"{name} is not a number up to {limit}"))
    return problems


def parse_name_addr(value: str) -> tuple[NameAddr | None, Problems]:
    """Return one name-addr or addr-spec with its header field parameters (RFC 3261 20.10, 25.1).

    Without <> the parameters belong to the header field, not to the URI (RFC 3261 20). None is for an empty value.
    """
    text = value.strip(LWS)
    if not text:
        return None, ((AnomalyCode.BAD_ADDRESS, "empty"),)
    problems: list[Problem] = []
    display, bracket, rest = _split_display(text, problems)
    if bracket:
        uri_text, closing, tail = rest.partition(">")
        if not closing:
            problems.append((AnomalyCode.BAD_ADDRESS, "no > after the URI"))
        if uri_text != uri_text.strip(LWS):
            problems.append((AnomalyCode.BAD_ADDRESS, "white space between < and >"))
            uri_text = uri_text.strip(LWS)
    else:
        uri_text, tail = _split_addr_spec(text, problems)
        display = ""
    uri, found = parse_uri(uri_text)
    problems += found
    junk, semicolon, param_text = tail.partition(";")
    if junk.strip(LWS):
        problems.append((AnomalyCode.BAD_ADDRESS, "text between the URI and the parameters"))
    params: Params = {}
    if semicolon:
        params, found = parse_params(param_text)
        problems += [(AnomalyCode.BAD_ADDRESS if code is AnomalyCode.BAD_HEADER else code, why) for code, why in found]
    return NameAddr(display, uri, params), _once(problems)


def _split_display(text: str, problems: list[Problem]) -> tuple[str, str, str]:
    """Return the display name, "<" (or "" for an addr-spec) and what follows it.

    A quotation without an end is closed before the last "<": of `"A <sip:b@c> <sip:d@e>` it is the second URI that
    no reading of the first can be part of (RFC 4475 3.1.2.6).
    """
    if not text.startswith('"'):
        display, bracket, rest = text.partition("<")
        display = display.strip(LWS)
        if bracket and not grammar.DISPLAY_VALID.fullmatch(display):
            problems.append((AnomalyCode.BAD_ADDRESS, "the display name needs quotes"))
        return display, bracket, rest
    quoted = grammar.QUOTED.match(text)
    if quoted is None:
        problems.append((AnomalyCode.UNCLOSED_QUOTE, "the display name has no closing quotation mark"))
        display, bracket, rest = text.rpartition("<")
        return display[1:].strip(LWS), bracket, rest
    between, bracket, rest = text[quoted.end() :].partition("<")
    if between.strip(LWS):
        problems.append((AnomalyCode.BAD_ADDRESS, "text between the display name and the URI"))
    if not bracket:
        problems.append((AnomalyCode.BAD_ADDRESS, "a display name without <URI>"))
    return unquote(quoted[0]), bracket, rest


def _split_addr_spec(text: str, problems: list[Problem]) -> tuple[str, str]:
    """Return a URI without <> and what follows it, from the first semicolon on."""
    uri_text, semicolon, tail = text.partition(";")
    uri_text = uri_text.rstrip(LWS)
    if "?" in uri_text or "," in uri_text:
        problems.append((AnomalyCode.UNBRACKETED_URI, "a comma or question mark in a URI without <>"))
    elif "@" in tail and "@" not in uri_text and '"' not in tail:
        problems.append((AnomalyCode.UNBRACKETED_URI, "a semicolon in a URI without <>"))
    if " " in uri_text or "\t" in uri_text:
        problems.append((AnomalyCode.BAD_ADDRESS, "white space in an address without <>"))
    return uri_text, semicolon + tail


def parse_name_addrs(value: str) -> tuple[tuple[NameAddr, ...], Problems]:
    """Return the addresses of a list header field such as Contact or Route (RFC 3261 20.10, 20.34)."""
    elements, split_problems = split_list(value)
    problems = list(split_problems)
    addresses = []
    for element in elements:
        if element == "*":
            addresses.append(NameAddr("", Uri("*")))
            continue
        address, found = parse_name_addr(element)
        problems += found
        if address is not None:
            addresses.append(address)
    return tuple(addresses), _once(problems)


def parse_cseq(value: str) -> tuple[CSeq | None, Problems]:
    """Return the CSeq; its number is below 2**31 (RFC 3261 8.1.1.5), its method a token."""
    match = grammar.CSEQ.fullmatch(value.strip(LWS))
    if match is None:
        return None, ((AnomalyCode.BAD_CSEQ, "not a number and a method"),)
    digits, blank, method = match.groups()
    sequence = number(digits, 2**32 - 1)
    cseq = CSeq(UNREADABLE_NUMBER if sequence is None else sequence, method)
    if sequence is None or sequence >= 2**31:
        return cseq, ((AnomalyCode.BAD_CSEQ, "the number is not below 2**31"),)
    if not blank or not grammar.TOKEN_VALID.fullmatch(method):
        return cseq, ((AnomalyCode.BAD_CSEQ, "no token after the number"),)
    return cseq, ()


def parse_number(value: str, limit: int, code: AnomalyCode = AnomalyCode.BAD_NUMBER) -> tuple[int | None, Problems]:
    """Return a number from 0 to `limit` with leading zeros allowed (RFC 4475 3.1.1.1), else None and `code`."""
    found = number(value.strip(LWS), limit)
    return (found, ()) if found is not None else (None, ((code, f"not a number from 0 to {limit}"),))


def parse_media_type(value: str) -> tuple[MediaType | None, Problems]:
    """Return a Content-Type; None where there is no slash (RFC 3261 20.15)."""
    essence, semicolon, param_text = value.partition(";")
    kind, slash, subtype = essence.partition("/")
    kind, subtype = kind.strip(LWS).lower(), subtype.strip(LWS).lower()
    if not slash:
        return None, ((AnomalyCode.BAD_HEADER, "no type/subtype"),)
    params, problems = parse_params(param_text) if semicolon else ({}, ())
    if not (grammar.TOKEN_VALID.fullmatch(kind) and grammar.TOKEN_VALID.fullmatch(subtype)):
        problems = (*problems, (AnomalyCode.BAD_HEADER, "type or subtype is not a token"))
    return MediaType(kind, subtype, params), problems


def _once(problems: list[Problem]) -> Problems:
    """Return the problems without repetitions, in their order: a stack of a thousand bad values has one problem."""
    return tuple(dict.fromkeys(problems))
