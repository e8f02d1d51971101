"""The fields of messages that only their bytes have: header fields, what stands in them, bodies, texts.

Wireshark's spelling of a header field is `sip.` and the name of the header field for those that it knows; any other is
`header["NAME"]`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from siptrace.filters.select import Each, Field, Level
from siptrace.filters.types import Number, Text, Word
from siptrace.patterns import pattern
from siptrace.sip.fields import parse_name_addrs
from siptrace.sip.headers import HEADERS, canonical_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from siptrace.filters.subject import Subject
    from siptrace.filters.types import Type
    from siptrace.sip.fields import NameAddr, Via
    from siptrace.sip.message import Message

__all__ = ["HEADER_FIELDS", "header_field"]

_RAW, _PARSED = 10, 20
"""Costs: to look at the bytes of a message, and to parse them."""

_WIRESHARK = [
    "Accept",
    "Accept-Contact",
    "Accept-Encoding",
    "Accept-Language",
    "Accept-Resource-Priority",
    "Additional-Identity",
    "Alert-Info",
    "Allow",
    "Allow-Events",
    "Answer-Mode",
    "Attestation-Info",
    "Authentication-Info",
    "Authorization",
    "Call-Info",
    "Cellular-Network-Info",
    "Contact",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Type",
    "CSeq",
    "Date",
    "Diversion",
    "Error-Info",
    "Event",
    "Feature-Caps",
    "Flow-Timer",
    "From",
    "Geolocation",
    "Geolocation-Error",
    "Geolocation-Routing",
    "History-Info",
    "Identity",
    "Identity-info",
    "Info-Package",
    "In-Reply-To",
    "Join",
    "MIME-Version",
    "Min-Expires",
    "Min-SE",
    "Organization",
    "Origination-Id",
    "P-Access-Network-Info",
    "P-Answer-State",
    "P-Asserted-Identity",
    "P-Asserted-Service",
    "P-Associated-URI",
    "P-Called-Party-ID",
    "P-Charge-Info",
    "P-Charging-Function-Addresses",
    "P-Charging-Vector",
    "P-DCS-Billing-Info",
    "P-DCS-LAES",
    "P-DCS-OSPS",
    "P-DCS-Redirect",
    "P-DCS-Trace-Party-ID",
    "P-Early-Media",
    "P-Media-Authorization",
    "P-Preferred-Identity",
    "P-Preferred-Service",
    "P-Profile-Key",
    "P-Refused-URI-List",
    "P-Served-User",
    "P-User-Database",
    "P-Visited-Network-ID",
    "Path",
    "Permission-Missing",
    "Priority",
    "Priority-Share",
    "Priv-Answer-mode",
    "Privacy",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Require",
    "RAck",
    "Reason",
    "Record-Route",
    "Recv-Info",
    "Refer-Sub",
    "Refer-To",
    "Referred-by",
    "Reject-Contact",
    "Relayed-Charge",
    "Replaces",
    "Reply-To",
    "Request-Disposition",
    "Require",
    "Resource-Priority",
    "Resource-Share",
    "Response-Source",
    "Restoration-Info",
    "Route",
    "Security-Client",
    "Security-Server",
    "Security-Verify",
    "Server",
    "Service-Interact-Info",
    "Service-Route",
    "Session-Expires",
    "Session-ID",
    "Subject",
    "Subscription-State",
    "Supported",
    "Target-Dialog",
    "Timestamp",
    "To",
    "Trigger-Consent",
    "Unsupported",
    "User-Agent",
    "Via",
    "Warning",
    "WWW-Authenticate",
]
"""The header fields that Wireshark names as they are named in SIP."""

_NUMBERED = ("Content-Length", "Expires", "Max-Breadth", "Max-Forwards", "Retry-After", "RSeq")
"""Those that it takes for numbers."""

_OTHERWISE = {"ETag": "SIP-ETag", "If_Match": "SIP-If-Match", "Policy_Contact": "Policy-Contact",
              "Policy_ID": "Policy-ID", "Suppress_If_Match": "Suppress-If-Match", "uui": "User-to-User"}  # fmt: skip
"""Those that it names otherwise."""

_LISTS = {
    "contact": ("Contact", "uri"),
    "Route": ("Route", "uri"),
    "Record-Route": ("Record-Route", "uri"),
    "Service-Route": ("Service-Route", "uri"),
    "Path": ("Path", "uri"),
    "pai": ("P-Asserted-Identity", "addr"),
    "ppi": ("P-Preferred-Identity", "addr"),
}
"""Header fields with addresses, and what Wireshark calls the whole URI in them."""

_TEXT, _NUMBER = Text(), Number()


def _of(name: str, read: Callable[[Message], Iterable[Any]]) -> Each:
    """Return what is read from messages that have a header field; the others are not even parsed."""
    known = HEADERS.get(canonical_name(name))
    spellings = "|".join(map(re.escape, filter(None, (known.name, known.compact) if known else (name,))))
    mention = pattern(rf"(?<![^\s])(?:{spellings})[ \t]*:".encode("utf-8", "backslashreplace"), re.IGNORECASE)

    def values(subject: Subject) -> Callable[[int], Iterable[Any]]:
        raw = subject.table.raw
        return lambda row: read(subject.message(row)) if mention.search(raw(row)) else ()

    return Each(values, _PARSED)


def _parsed(read: Callable[[Message], Iterable[Any]]) -> Each:
    """Return what is read from every message."""
    return Each(lambda subject: lambda row: read(subject.message(row)), _PARSED)


def _raw(read: Callable[[bytes], bytes]) -> Each:
    """Return a text out of the bytes of a message."""
    return Each(lambda subject: lambda row: (read(subject.table.raw(row)).decode(errors="backslashreplace"),), _RAW)


def header_field(name: str) -> Field:
    """Return the field for a header field of any name."""
    return Field(f'header["{name}"]', _TEXT, Level.MESSAGE, f"value of {name}", _of(name, lambda m: m.values(name)))


def _header(name: str, header: str, kind: Type) -> Field:
    """Return the field for a header field that Wireshark knows."""

    def numbers(message: Message) -> Iterable[int]:
        return (int(value) for value in message.values(header) if re.fullmatch("[0-9]{1,20}", value))

    read = numbers if kind is _NUMBER else lambda message: message.values(header)
    return Field(f"sip.{name}", kind, Level.MESSAGE, f"value of {header}", _of(header, read),
                 wireshark=f"sip.{name}", family="headers")  # fmt: skip


def _addresses(prefix: str, header: str, whole: str) -> Iterable[Field]:
    """Yield the fields for the addresses in a header field."""
    parts: dict[str, tuple[str, Callable[[NameAddr], str | int | None]]] = {
        whole: ("URI", lambda address: address.uri.text),
        "user": ("user of the URI", lambda address: address.uri.user),
        "host": ("host of the URI", lambda address: address.uri.host),
        "port": ("port of the URI", lambda address: address.uri.port),
    }
    for name, (meaning, part) in parts.items():

        def read(message: Message, part: Callable[[NameAddr], Any] = part) -> Iterable[str]:
            found = (part(a) for value in message.values(header) for a in parse_name_addrs(value)[0])
            return (str(text) for text in found if text not in (None, ""))

        yield Field(f"sip.{prefix}.{name}", _TEXT, Level.MESSAGE, f"{meaning} in {header}", _of(header, read),
                    wireshark=f"sip.{prefix}.{name}", family="addresses")  # fmt: skip


def _vias() -> Iterable[Field]:
    """Yield the fields for what stands in Via."""
    parts: dict[str, tuple[str, Callable[[Via], str | int | None], Type]] = {
        "transport": ("transport", lambda via: via.transport, _TEXT),
        "sent-by.address": ("host that sent it", lambda via: via.host, _TEXT),
        "sent-by.port": ("port of the host that sent it", lambda via: via.port, _NUMBER),
        "branch": ("branch", lambda via: via.branch, _TEXT),
        "received": ("received", lambda via: via.received, _TEXT),
        "rport": ("rport", lambda via: via.params["rport"] or "" if via.wants_rport else None, _TEXT),
        "maddr": ("maddr", lambda via: via.maddr, _TEXT),
        "ttl": ("ttl", lambda via: via.params.get("ttl"), _TEXT),
    }
    for name, (meaning, part, kind) in parts.items():

        def read(message: Message, part: Callable[[Via], Any] = part) -> Iterable[Any]:
            return (value for via in message.vias if (value := part(via)) is not None)

        yield Field(f"sip.Via.{name}", kind, Level.MESSAGE, f"{meaning} of every Via", _of("Via", read),
                    wireshark=f"sip.Via.{name}", family="vias")  # fmt: skip


def _head(raw: bytes) -> bytes:
    """Return the header section of a message."""
    return re.split(rb"\r\n\r\n|\n\n|\r\r", raw.lstrip(b"\r\n"), maxsplit=1)[0]


def _body(message: Message) -> tuple[str, ...]:
    """Return the body of a message, if it has one."""
    return (message.body.decode(errors="backslashreplace"),) if message.body else ()


def _anomalies(message: Message) -> set[str]:
    """Return the codes of what is wrong with a message."""
    described = () if message.sdp is None else message.sdp.problems
    return {anomaly.code.value for anomaly in message.anomalies} | {code.value for code, _ in described}


def _displays() -> Iterable[Field]:
    """Yield the fields for the names that phones show."""
    for side, header in (("from", "From"), ("to", "To"), *((prefix, name) for prefix, (name, _) in _LISTS.items())):

        def read(message: Message, header: str = header) -> Iterable[str]:
            return (a.display for value in message.values(header) for a in parse_name_addrs(value)[0] if a.display)

        yield Field(f"sip.{side}.display.info", _TEXT, Level.MESSAGE, f"display name in {header}", _of(header, read),
                    wireshark=f"sip.{side}.display.info", family="addresses")  # fmt: skip


HEADER_FIELDS: tuple[Field, ...] = (
    Field("ua", _TEXT, Level.MESSAGE, "User-Agent of a request, Server of a response",
          _parsed(lambda message: (*message.values("User-Agent"), *message.values("Server"))),
          'ua contains "Asterisk"'),
    Field("text", _TEXT, Level.MESSAGE, "the whole message, as it was sent", _raw(lambda raw: raw),
          'text contains "a=inactive"'),
    Field("body", _TEXT, Level.MESSAGE, "its body", Each(
        lambda subject: lambda row: _body(subject.message(row)), _PARSED),
        'body contains "PCMU"'),
    Field("head", _TEXT, Level.MESSAGE, "its header section, first line included", _raw(_head),
          'head matches "x-[a-z]+:"'),
    Field("anomaly", Word(), Level.MESSAGE, "codes of what is wrong with it; alone: something is",
          _parsed(_anomalies), "anomaly == bad-via"),
    *(_header(name, name, _TEXT) for name in _WIRESHARK),
    *(_header(name, name, _NUMBER) for name in _NUMBERED),
    *(_header(name, header, _TEXT) for name, header in _OTHERWISE.items()),
    *(field for prefix, (header, whole) in _LISTS.items() for field in _addresses(prefix, header, whole)),
    *_displays(),
    *_vias(),
)  # fmt: skip
"""The fields that messages are read for."""
