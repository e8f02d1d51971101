"""Messages that went through accidents, for every reader of bytes that must say what another one says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from fixtures.flows.make_flows import CAPTURES
from fixtures.torture.make_torture import all_cases
from siptrace.errors import AnomalyLog
from siptrace.ingest.open import open_sources
from tests.messages import HOLD, SDP, invite, request, response_to, sdp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["FRAGMENTS", "LINES", "SEEDS", "TORTURE", "mutated", "noise", "payloads"]

TORTURE = {name: case.make() for name, case in all_cases().items()}


def payloads(*paths: Path) -> Iterator[bytes]:
    """Yield the messages in some files."""
    for _, datagram in open_sources(paths, AnomalyLog()):
        yield datagram.payload


FRAGMENTS = [
    *(bytes([byte]) for byte in b'\r\n \t,;:"<>=\\\0\x0b\x1c\x85\xff%@1A?/*'),
    *(b"\r\n", b"\r\n ", b"\r\n\r\n", b"\n\n", b";;", b"-1", b"9999999999", b"\xc3\xa9", b"\xe2\x80\xa8", b"\xc4\xb0"),
    *(
        b"\xe2\x84\xaa",
        b"\xc2\xa0",
        b"\xd9\xa3",
        b";tag=x",
        b";TAG=y",
        b";branch=z9hG4bK",
        b"z9hG4bK",
        b";expires=0",
        b"\r\na=inactive\r\n",
        b"\nc=IN IP4 0.0.0.0",
        b"[::1]",
        b"v=0",
    ),
]
"""Bytes to insert: separators, what some libraries take for white space, digits or line ends, letters that change
length in lower case, and the words of the columns."""

LINES = [
    *(
        b"Via: SIP/2.0/UDP A.b:0, SIP/2.0/TCP c",
        b"v: SIP/2.0/UDP h:99999;branch=z9hG4bKx",
        b"Via:",
        b"V : x",
        b"Via: SIP/2.0/TLS Host:5061",
    ),
    *(b"Via: SIP / 2.0 / UDP h ; branch = z9hG4bKx", b"Via: SIP/2.0/UDP h;BRANCH=z9hG4bKx;branch=y"),
    *(b"Via: SIP/2.0/UDP h;branch", b"Via: SIP/2.0/UDP h;branchy=1", b"Via: SIP/2.0/UDP h;x-branch=1;branch=z9hG4bK2"),
    *(b"From: a@b;tag=1", b"f: sip:a@b;tag=1;tag=2", b'From: "x" <sip:a@b>;TAG=1', b"From:", b"from: <sip:a@b>"),
    *(b'To: <sip:a@b>;x;tag="q"', b"t: <sip:a@b> ;tag=q ", b"To : Bob<sip:a@b>", b'To: "a\\"b" <sip:c@d>;tag=1'),
    *(
        b"Call-ID: a\tb",
        b"i: \xff",
        b"Call-ID:",
        b"CSeq: 1 INVITE",
        b"CSEQ: 0000000000001 ACK",
        b"CSeq: 2147483648 BYE",
    ),
    *(b"CSeq: 4294967296 BYE", b"cseq: 1INVITE", b"CSeq: 1  a b", b"CSeq: 1 \xc3\xa9"),
    *(b"Content-Type: application/sdp;x=y", b"c: Application/SDP", b"C: multipart/mixed;boundary=x", b"c: text/plain"),
    *(b"Content-Length: 0", b"l: 5", b"L: 00", b"Content-Length: +1", b"Content-Length: \xd9\xa3", b"l:"),
    *(b"WWW-Authenticate: Digest", b"proxy-AUTHENTICATE:", b"Authorization:", b"proxy-authorization: x"),
    *(
        b"Subscription-State: terminated;x",
        b"subscription-state : TERMINATED",
        b"Subscription-State: active",
        b"o: dialog",
    ),
    *(b"Contact: <sip:a@b>;expires=3600", b"m: *", b"Contact: <sip:a@b>;EXPIRES = 00", b"m: <sip:a@b>;expires=0"),
    *(b"Contact:", b"Contact : sip:a@b;q=1, <sip:c@d>;expires=0", b"Contact: <sip:a@b;expires=0>", b"m: 0"),
    *(b"Expires: 0", b"expires: 00", b"Expires:", b"Expires: 3600", b"EXPIRES: 0x", b"Expires: \xd9\xa0"),
    *(
        b"Replaces: a;to-tag=b;from-tag=c",
        b"Join: x",
        b"r: <sip:a@b>",
        b"Refer-To:",
        b"b: <sip:a@b>",
        b"Referred-By: x",
    ),
    *(b"Also: <sip:a@b>", b"Requested-By: x", b"Refer-Too: x", b"Joint: x", b"Replacer: x"),
    *(b": x", b"no colon", b" folded", b"\tfolded: x", b"X-Unknown: y", b"\xc4\xb0: x"),
]
"""Header lines that replace, repeat or break those of a message."""

SEEDS = [
    *TORTURE.values(),
    invite(body=SDP).raw,
    invite(body=HOLD).raw,
    invite(body=sdp("0.0.0.0")).raw,  # noqa: S104  (nothing is bound)
    request("REGISTER", headers=("Contact: <sip:a@192.0.2.1>;expires=3600", "Expires: 60")).raw,
    request("REGISTER", headers=("Contact: *", "Expires: 0")).raw,
    response_to(invite(), 401, headers=('WWW-Authenticate: Digest realm="x", nonce="y"',)).raw,
    *[*payloads(CAPTURES / "rfc3665-3.2.tcp6.pcap")][:1],
]


def flip(draw: Callable[..., Any], data: bytes, place: int) -> bytes:
    """Return the message with one byte changed."""
    return data[:place] + bytes([draw(st.integers(0, 255))]) + data[place + 1 :]


def cut(draw: Callable[..., Any], data: bytes, place: int) -> bytes:
    """Return the message with some bytes missing."""
    return data[:place] + data[place + draw(st.integers(1, 30)) :]


def insert(draw: Callable[..., Any], data: bytes, place: int) -> bytes:
    """Return the message with some bytes added."""
    added: bytes = draw(st.sampled_from(FRAGMENTS))
    return data[:place] + added + data[place:]


def replace(draw: Callable[..., Any], data: bytes, _: int) -> bytes:
    """Return the message with one separator exchanged everywhere, or once."""
    old = draw(st.sampled_from([b"\r\n", b" ", b":", b";", b"=", b"<", b">", b"\r", b"\n"]))
    return data.replace(old, draw(st.sampled_from([b"", *FRAGMENTS])), draw(st.sampled_from([1, 2, -1])))


def lines(draw: Callable[..., Any], data: bytes, place: int) -> bytes:
    """Return the message with a line added, repeated, moved, or in the other case."""
    rows = data.split(b"\r\n")
    row, what = place % len(rows), draw(st.integers(0, 3))
    if what == 0:
        rows.insert(row, draw(st.sampled_from(LINES)))
    elif what == 1:
        rows.insert(draw(st.integers(0, len(rows))), rows[row])
    elif what == 2:
        rows.insert(draw(st.integers(0, len(rows) - 1)), rows.pop(row))
    else:
        rows[row] = rows[row].swapcase()
    return b"\r\n".join(rows)


@st.composite
def mutated(draw: Callable[..., Any]) -> bytes:
    """Make messages that went through some accidents, most of them in the head."""
    data: bytes = draw(st.sampled_from(SEEDS))
    for accident in draw(st.lists(st.sampled_from([flip, cut, insert, replace, lines]), min_size=1, max_size=5)):
        head = data.find(b"\r\n\r\n")
        data = accident(draw, data, draw(st.integers(0, len(data) if head < 0 else head + 8)))
    return data


noise = st.binary(max_size=200) | st.lists(st.sampled_from([*FRAGMENTS, *LINES, b"SIP/2.0 200 OK\r\n"])).map(b"".join)
"""Bytes that are no message, or nearly one."""
