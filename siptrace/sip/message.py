"""What a SIP message says: its start line, its header fields in order, its body, and what is wrong with it.

A `Message` is a value: it is made by `siptrace.sip.parse.parse` and never changes. Its parts beyond the text of the
header fields are read when they are first asked for, and kept. None of them raises: a field that is missing or makes
no sense is None, "" or (), and `anomalies` says why for the fields that RFC 3261 makes everybody understand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from siptrace.sip.fields import (
    CSeq,
    MediaType,
    NameAddr,
    Via,
    parse_cseq,
    parse_media_type,
    parse_name_addr,
    parse_name_addrs,
    parse_via,
)
from siptrace.sip.headers import HEADERS, LISTS, canonical_name
from siptrace.sip.lexical import number, split_list
from siptrace.sip.sdp import Session, parse_sdp
from siptrace.sip.uri import Uri, parse_uri

if TYPE_CHECKING:
    from siptrace.errors import Anomaly
    from siptrace.sip.body import Part
    from siptrace.sip.digest import Challenge, Credentials

__all__ = ["MAX_CONTENT_LENGTH", "Header", "Message", "StartLine"]

MAX_CONTENT_LENGTH = 2**31 - 1
"""A larger Content-Length is no length: RFC 3261 names no limit, but no transport carries such a body."""


class StartLine(NamedTuple):
    """The first line: a request has `uri`, a response `status`, and a line that is neither has none of them."""

    method: str
    uri: str | None
    status: int | None
    reason: str
    version: str


class Header(NamedTuple):
    """One header field line: the canonical name (an unknown one as written) and the unfolded value."""

    name: str
    value: str


@dataclass(frozen=True)
class Message:
    """One SIP message.

    `raw` is every byte that was given, `body` the part of it that Content-Length leaves. A status that is not a number
    is 0. Two messages are equal when all that they were read from is.
    """

    raw: bytes
    start: StartLine
    headers: tuple[Header, ...]
    body: bytes
    anomalies: tuple[Anomaly, ...] = ()

    @property
    def is_request(self) -> bool:
        """Whether the first line is a request line."""
        return self.start.uri is not None

    @property
    def is_response(self) -> bool:
        """Whether the first line is a status line."""
        return self.start.status is not None

    @cached_property
    def method(self) -> str:
        """The method of a request as written, of a response the one in its CSeq; "" where there is none."""
        if self.start.status is None:
            return self.start.method
        return self.cseq.method if self.cseq else ""

    @property
    def request_uri(self) -> str | None:
        """The Request-URI as text, None for a response."""
        return self.start.uri

    @cached_property
    def uri(self) -> Uri | None:
        """The Request-URI in its parts, None for a response."""
        return None if self.start.uri is None else parse_uri(self.start.uri)[0]

    @property
    def status(self) -> int | None:
        """The status code, None for a request; 0 where the line has no readable number."""
        return self.start.status

    @property
    def reason(self) -> str:
        """The reason phrase as written, "" for a request."""
        return self.start.reason

    @property
    def version(self) -> str:
        """The protocol version as written, such as `SIP/2.0`."""
        return self.start.version

    def values(self, name: str) -> tuple[str, ...]:
        """Return the value of every line of this header field (any spelling of the name), uncut."""
        wanted = canonical_name(name)
        return self._values.get(wanted) or self._values.get(wanted.lower(), ())

    def get(self, name: str) -> str | None:
        """Return the value of the first line of this header field, None where there is none."""
        return next(iter(self.values(name)), None)

    def get_all(self, name: str) -> tuple[str, ...]:
        """Return every value of this header field; a registered list field is cut at its commas (RFC 3261 7.3.1)."""
        found = self.values(name)
        if canonical_name(name) not in LISTS:
            return found
        return tuple(element for value in found for element in split_list(value)[0])

    @cached_property
    def vias(self) -> tuple[Via, ...]:
        """The Via stack, topmost first (RFC 3261 20.42)."""
        return tuple(via for value in self.values("Via") for via in parse_via(value)[0])

    @cached_property
    def from_(self) -> NameAddr | None:
        """The From (RFC 3261 20.20)."""
        return self._address("From")

    @cached_property
    def to(self) -> NameAddr | None:
        """The To (RFC 3261 20.39)."""
        return self._address("To")

    @cached_property
    def call_id(self) -> str:
        """The Call-ID, "" where there is none (RFC 3261 20.8)."""
        return self.get("Call-ID") or ""

    @cached_property
    def cseq(self) -> CSeq | None:
        """The CSeq (RFC 3261 20.16)."""
        value = self.get("CSeq")
        return None if value is None else parse_cseq(value)[0]

    @cached_property
    def contacts(self) -> tuple[NameAddr, ...]:
        """The Contact addresses; `*` is one whose `is_wildcard` is true (RFC 3261 20.10)."""
        return self._addresses("Contact")

    @cached_property
    def routes(self) -> tuple[NameAddr, ...]:
        """The Route set of a request, next hop first (RFC 3261 20.34)."""
        return self._addresses("Route")

    @cached_property
    def record_routes(self) -> tuple[NameAddr, ...]:
        """The Record-Route, latest proxy first (RFC 3261 20.30)."""
        return self._addresses("Record-Route")

    @cached_property
    def paths(self) -> tuple[NameAddr, ...]:
        """The Path of a registration, latest proxy first (RFC 3327)."""
        return self._addresses("Path")

    @cached_property
    def service_routes(self) -> tuple[NameAddr, ...]:
        """The Service-Route of a registration (RFC 3608)."""
        return self._addresses("Service-Route")

    @cached_property
    def max_forwards(self) -> int | None:
        """The Max-Forwards, None where it is missing or not 0..255 (RFC 3261 20.22)."""
        return self._number("Max-Forwards", 255)

    @cached_property
    def expires(self) -> int | None:
        """The Expires in seconds, None where it is missing or not below 2**32 (RFC 3261 20.19)."""
        return self._number("Expires", 2**32 - 1)

    @cached_property
    def content_length(self) -> int | None:
        """The Content-Length in bytes, None where it is missing, no number or repeated (RFC 4475 3.3.9)."""
        found = self.values("Content-Length")
        return number(found[0], MAX_CONTENT_LENGTH) if len(found) == 1 else None

    @cached_property
    def content_type(self) -> MediaType | None:
        """The Content-Type (RFC 3261 20.15)."""
        value = self.get("Content-Type")
        return None if value is None else parse_media_type(value)[0]

    @cached_property
    def challenges(self) -> tuple[Challenge, ...]:
        """The challenges of WWW-Authenticate and Proxy-Authenticate, in the order of their lines (RFC 3261 22)."""
        from siptrace.sip.digest import parse_challenges  # noqa: PLC0415  (most messages carry none)

        return tuple(
            challenge
            for header in self.headers
            if header.name in ("WWW-Authenticate", "Proxy-Authenticate")
            for challenge in parse_challenges(header.value, proxy=header.name.startswith("P"))[0]
        )

    @cached_property
    def credentials(self) -> tuple[Credentials, ...]:
        """The credentials of Authorization and Proxy-Authorization, in the order of their lines (RFC 3261 22)."""
        from siptrace.sip.digest import parse_credentials  # noqa: PLC0415  (most messages carry none)

        return tuple(
            credentials
            for header in self.headers
            if header.name in ("Authorization", "Proxy-Authorization")
            for credentials in parse_credentials(header.value, proxy=header.name.startswith("P"))[0]
        )

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts of a multipart body, () for any other body (RFC 2046 5.1)."""
        from siptrace.sip.body import parse_parts  # noqa: PLC0415  (most bodies have no parts)

        return parse_parts(self.body, self.content_type)[0]

    @cached_property
    def sdp(self) -> Session | None:
        """The session description: the body, or the first one among its parts, however deep (RFC 3261 7.4.1).

        A body without Content-Type counts when it begins like one, as in RFC 2543.
        """
        kind = self.content_type
        if kind is None:
            return parse_sdp(self.body) if self.body.startswith(b"v=0") else None
        if str(kind) == "application/sdp":
            return parse_sdp(self.body) if self.body else None
        return next(
            (parse_sdp(part.body) for part in self.all_parts if str(part.content_type) == "application/sdp"), None
        )

    @cached_property
    def all_parts(self) -> tuple[Part, ...]:
        """Every part of a multipart body, nested ones after the part they stand in."""
        return tuple(inner for part in self.parts for inner in part.walk())

    @cached_property
    def _values(self) -> dict[str, tuple[str, ...]]:
        """The values of all header fields by canonical name, in lower case for an unknown one."""
        found: dict[str, list[str]] = {}
        for name, value in self.headers:
            found.setdefault(name if name in HEADERS else name.lower(), []).append(value)
        return {name: tuple(values) for name, values in found.items()}

    def _address(self, name: str) -> NameAddr | None:
        """Return the address of the first line of a header field that stands once."""
        value = self.get(name)
        return None if value is None else parse_name_addr(value)[0]

    def _addresses(self, name: str) -> tuple[NameAddr, ...]:
        """Return the addresses of all lines of a list header field."""
        return tuple(address for value in self.values(name) for address in parse_name_addrs(value)[0])

    def _number(self, name: str, limit: int) -> int | None:
        """Return the number in the first line of a header field."""
        return number(self.get(name) or "", limit)
