"""The fields of messages that the columns have, so that asking for them costs no message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.filters.addresses import Address, Endpoint
from siptrace.filters.select import Column, Each, Field, Level
from siptrace.filters.starts import Start, UriParts, request_uri, start_line, uri_parts
from siptrace.filters.times import Time
from siptrace.filters.types import Number, Status, Text, Truth, Word
from siptrace.ingest.datagram import NO_TIME, Transport
from siptrace.table.columns import Flag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from siptrace.filters.subject import Subject
    from siptrace.filters.types import Type
    from siptrace.ingest.datagram import EndpointKey

__all__ = ["MESSAGE_FIELDS", "MESSAGE_TIMES"]

_OVER_TCP = frozenset({Transport.TCP, Transport.TLS, Transport.WS, Transport.WSS})
_IP4, _IP6 = _PACKED = (6, 18)
"""Bytes of an endpoint: address and port."""


def _columns(*names: str) -> Callable[[Subject], Sequence[Sequence[int]]]:
    """Return what returns some columns of the table."""
    return lambda subject: [getattr(subject.table, name) for name in names]


def _texts(*names: str, where: tuple[str, frozenset[int]] | None = None) -> Column:
    """Return the texts of some columns; an absent text is no value."""

    def values(subject: Subject) -> Callable[[int], Iterable[str]]:
        text = subject.table.texts(names[0]).text
        return lambda number: (text(number),) if number else ()

    return Column(_columns(*names), values, where)


def _from_texts(name: str, read: Callable[[str], str | None], *others: str) -> Column:
    """Return what is made of the texts of some columns; None and "" are no values."""

    def values(subject: Subject) -> Callable[[int], Iterable[str]]:
        text = subject.table.texts(name).text
        return lambda number: (made,) if number and (made := read(text(number))) else ()

    return Column(_columns(name, *others), values)


def _numbers(name: str, least: int = 0) -> Column:
    """Return the numbers of a column; what is smaller is no value."""
    return Column(_columns(name), least=least)


def _is(column: Callable[[Subject], Sequence[int]], good: Callable[[int], bool]) -> Column:
    """Return whether the numbers of a column are good ones."""
    return Column(lambda subject: [column(subject)], lambda _: lambda number: (good(number),))


def _travelled(*transports: Transport) -> Column:
    """Return whether a message travelled in one of some ways."""
    return _is(lambda subject: subject.table.transport, frozenset(transports).__contains__)


def _flag(flag: Flag) -> Column:
    """Return whether a message has a flag."""
    return _is(lambda subject: subject.table.flags, lambda flags: bool(flags & flag))


def _keys(subject: Subject) -> Callable[[int], EndpointKey]:
    """Return what returns the key of an endpoint."""
    packed, name = subject.table.endpoints.__getitem__, subject.table.endpoint

    def key(number: int) -> EndpointKey:
        found = packed(number)
        return found if len(found) in _PACKED else name(number)

    return key


def _ends(*names: str, sizes: tuple[int, ...] = ()) -> Column:
    """Return the endpoints in some columns, with `sizes` only the addresses of that many bytes."""

    def values(subject: Subject) -> Callable[[int], Iterable[EndpointKey]]:
        key = _keys(subject)
        if not sizes:
            return lambda number: (key(number),)
        packed = subject.table.endpoints.__getitem__
        return lambda number: (found,) if len(found := packed(number)) in sizes else ()

    return Column(_columns(*names), values)


def _ports(*names: str, over: frozenset[Transport] | None = None) -> Column:
    """Return the ports of the endpoints in some columns, of messages that travelled in some ways."""

    def values(subject: Subject) -> Callable[[int], Iterable[int]]:
        keys = _keys(subject)

        def ports(number: int) -> Iterable[int]:
            key = keys(number)
            if isinstance(key, bytes):
                return (int.from_bytes(key[-2:], "big"),)
            _, colon, port = key.rpartition(":")
            return (int(port),) if colon and port.isdecimal() else ()

        return ports

    return Column(_columns(*names), values, None if over is None else ("transport", frozenset(map(int, over))))


def _line(part: Callable[[Start], str | None]) -> Column:
    """Return a part of the start line."""
    return _from_texts("start", lambda text: part(start_line(text)))


def _uri(part: Callable[[UriParts], str]) -> Column:
    """Return a part of the Request-URI."""
    return _from_texts("start", lambda text: None if (uri := request_uri(text)) is None else part(uri))


def _uri_ports(subject: Subject) -> Callable[[int], Iterable[int]]:
    """Return the port in the Request-URI of a start line."""
    ports = _uri(lambda uri: uri.port).values(subject)
    return lambda number: map(int, ports(number))


def _part(column: str, part: Callable[[UriParts], str]) -> Column:
    """Return a part of the URI in From or To."""
    return _from_texts(column, lambda text: part(uri_parts(text)))


def _field(
    name: str, kind: Type, meaning: str, source: Column | Each, example: str = "", *aliases: str, wireshark: str = ""
) -> Field:
    """Return a field of messages."""
    return Field(name, kind, Level.MESSAGE, meaning, source, example, aliases, wireshark)


MESSAGE_TIMES = _numbers("time", NO_TIME + 1)
"""The time of each message that has one."""

_REQUESTS = ("status", frozenset({0}))
_TEXT, _NUMBER, _TRUTH, _WORD = Text(), Number(), Truth(), Word()

_PLACE = (
    _field("n", _NUMBER, "number of the message in the trace", Column(
        lambda subject: [range(1, len(subject.table) + 1)], least=1), "n <= 20", "message"),
    _field("frame", _NUMBER, "number of the frame in its file, or of the line in its log", _numbers("frame", least=1),
           "frame in {10..20}", wireshark="frame.number"),
    _field("time", Time(), "when it was captured, in UTC", MESSAGE_TIMES, 'time >= "2026-01-05 10:00"', "frame.time",
           wireshark="frame.time_epoch"),
    _field("file", _TEXT, "name of the file that it is in", Column(
        _columns("source"), lambda subject: lambda number: (subject.files[number],) if subject.files else ()),
        'file contains "proxy"'),
    _field("transaction", _NUMBER, "number of its transaction", Column(
        lambda subject: [subject.overview.transactions.of_row], lambda _: lambda number: (number + 1,)),
        "transaction == 3"),
    _field("dialog", _NUMBER, "number of its dialog, where it is in one", Column(
        lambda subject: [subject.overview.dialogs.of_row],
        lambda _: lambda number: (number + 1,) if number >= 0 else ()), "not dialog"),
    _field("retransmission", _TRUTH, "it is sent again", _is(
        lambda subject: subject.overview.transactions.resent, bool), "retransmission and method == invite", "resent"),
    _field("length", _NUMBER, "bytes of the message", _numbers("length"), "length > 1300"),
)  # fmt: skip

_WAY = (
    _field("transport", Word(*(transport.name.lower() for transport in Transport)), "how it travelled",
           Column(_columns("transport"), lambda _: lambda number: (Transport(number).name,)), "transport == tls"),
    _field("src", Endpoint(), "where it came from", _ends("src"), "src == 10.0.0.1:5060"),
    _field("dst", Endpoint(), "where it went to", _ends("dst"), "dst == 10.0.0.0/8"),
    _field("addr", Endpoint(), "where it came from and where it went to", _ends("src", "dst"), "addr == 10.0.0.1",
           "address"),
    _field("port", _NUMBER, "port that it came from and port that it went to", _ports("src", "dst"), "port != 5060"),
    _field("srcport", _NUMBER, "port that it came from", _ports("src"), "srcport > 1023"),
    _field("dstport", _NUMBER, "port that it went to", _ports("dst"), "dstport == 5061"),
    *(
        _field(f"{protocol}.{name}", Address(), f"{meaning}, where that is IPv{version}",
               _ends(*columns, sizes=(size,)), f"{protocol}.{name} == {example}",
               *([protocol] if name == "addr" else []), wireshark=f"{protocol}.{name}")
        for protocol, version, size, example in (("ip", 4, _IP4, "10.0.0.0/8"), ("ipv6", 6, _IP6, "2001:db8::/32"))
        for name, meaning, columns in (
            ("addr", "address that it came from and address that it went to", ("src", "dst")),
            ("src", "address that it came from", ("src",)),
            ("dst", "address that it went to", ("dst",)),
        )
    ),
    *(
        _field(f"{protocol}.{name}", _NUMBER, f"{meaning}, over {protocol.upper()}", _ports(*columns, over=over),
               f"{protocol}.{name} == 5060", wireshark=f"{protocol}.{name}")
        for protocol, over in (("udp", frozenset({Transport.UDP})), ("tcp", _OVER_TCP))
        for name, meaning, columns in (
            ("port", "port that it came from and port that it went to", ("src", "dst")),
            ("srcport", "port that it came from", ("src",)),
            ("dstport", "port that it went to", ("dst",)),
        )
    ),
    *(
        _field(name, _TRUTH, meaning, _travelled(*transports), name, wireshark=name)
        for name, meaning, transports in (
            ("udp", "it travelled over UDP", (Transport.UDP,)),
            ("tcp", "it travelled over TCP, be it with TLS or WebSocket", tuple(_OVER_TCP)),
            ("tls", "it travelled over TLS", (Transport.TLS, Transport.WSS)),
            ("websocket", "it travelled over WebSocket", (Transport.WS, Transport.WSS)),
            ("sctp", "it travelled over SCTP", (Transport.SCTP,)),
        )
    ),
)  # fmt: skip

_START = (
    _field("method", _WORD, "method of a request, and of the request that a response answers", _texts("method"),
           "method in {invite, bye}"),
    _field("sip.Method", _TEXT, "method of a request; responses have none", _texts("method", where=_REQUESTS),
           'sip.Method == "INVITE"', wireshark="sip.Method"),
    _field("request", _TRUTH, "it is a request", _is(lambda subject: subject.table.status, lambda status: status == 0),
           "request"),
    _field("response", _TRUTH, "it is a response", _is(
        lambda subject: subject.table.status, lambda status: status != 0), "response"),
    _field("status", Status(), "status code of a response", _numbers("status", least=1), "status == 4xx",
           wireshark="sip.Status-Code"),
    _field("reason", _TEXT, "reason phrase of a response", _line(lambda start: start.reason),
           'reason contains "Not Found"', wireshark="sip.Reason-Phrase"),
    _field("sip.Request-Line", _TEXT, "first line of a request", _texts("start", where=_REQUESTS),
           'sip.Request-Line contains "user=phone"', wireshark="sip.Request-Line"),
    _field("sip.Status-Line", _TEXT, "first line of a response", _from_texts(
        "start", lambda text: text if start_line(text).reason is not None else None),
        'sip.Status-Line contains "Busy"', wireshark="sip.Status-Line"),
    _field("uri", _TEXT, "Request-URI", _line(lambda start: start.uri), 'uri contains "user=phone"',
           wireshark="sip.r-uri"),
    _field("uri.user", _TEXT, "user in the Request-URI", _uri(lambda uri: uri.user), "uri.user == 911",
           wireshark="sip.r-uri.user"),
    _field("uri.host", _TEXT, "host in the Request-URI", _uri(lambda uri: uri.host), "uri.host == example.com",
           wireshark="sip.r-uri.host"),
    _field("uri.port", _NUMBER, "port in the Request-URI", Column(_columns("start"), _uri_ports),
           "uri.port == 5080", wireshark="sip.r-uri.port"),
)  # fmt: skip


_PARTS: tuple[tuple[str, str, Callable[[UriParts], str] | None], ...] = (
    ("addr", "URI", None),
    ("user", "user of the URI", lambda uri: uri.user),
    ("host", "host of the URI", lambda uri: uri.host),
    ("port", "port of the URI", lambda uri: uri.port),
)

_NAMES = (
    _field("call-id", _TEXT, "Call-ID", _texts("call_id"), 'call-id == "1@host"', wireshark="sip.Call-ID"),
    _field("cseq", _NUMBER, "number in CSeq", _numbers("cseq"), "cseq > 1", wireshark="sip.CSeq.seq"),
    _field("sip.CSeq.method", _TEXT, "method in CSeq", _texts("method"), 'sip.CSeq.method == "BYE"',
           wireshark="sip.CSeq.method"),
    _field("from-tag", _TEXT, "tag of From", _texts("from_tag"), 'from-tag == "9fxced76sl"', wireshark="sip.from.tag"),
    _field("to-tag", _TEXT, "tag of To", _texts("to_tag"), "not to-tag", wireshark="sip.to.tag"),
    _field("tag", _TEXT, "tags of From and To", _texts("from_tag", "to_tag"), 'tag == "9fxced76sl"',
           wireshark="sip.tag"),
    _field("branch", _TEXT, "branch of the topmost Via", _texts("branch"), 'branch == "z9hG4bK74b43"'),
    *(
        Field(f"sip.{side}.{name}", _TEXT, Level.MESSAGE, f"{meaning} in {side.title()}",
              _part(f"{side}_uri", part) if part else _texts(f"{side}_uri"), wireshark=f"sip.{side}.{name}",
              family="addresses")
        for side in ("from", "to")
        for name, meaning, part in _PARTS
    ),
    _field("sdp", _TRUTH, "a session description is in its body", _flag(Flag.SDP), "sdp and status == 183",
           wireshark="sdp"),
    _field("sip", _TRUTH, "always true", _is(lambda subject: subject.table.status, lambda _: True), "sip",
           wireshark="sip"),
)  # fmt: skip

MESSAGE_FIELDS: tuple[Field, ...] = (*_PLACE, *_WAY, *_START, *_NAMES)
"""The fields that the columns answer."""
