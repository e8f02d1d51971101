"""One truth: what `scan` says of a message's bytes is what `columns_of` says of the parsed one, column by column."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.flows.make_flows import CAPTURES
from fixtures.torture.make_torture import all_cases
from siptrace.errors import AnomalyLog
from siptrace.ingest.open import find_sources, open_sources
from siptrace.sip.parse import MAX_HEAD_BYTES, MAX_HEADERS, parse
from siptrace.table import scan as scanning
from siptrace.table.columns import NO_NUMBER, Flag
from siptrace.table.scan import Scanned, columns_of, scan
from tests.messages import SDP, invite, response_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from siptrace.table.scan import Memo

TORTURE = {name: case.make() for name, case in all_cases().items()}
NAMES = Scanned._fields


def payloads(*paths: Path) -> Iterator[bytes]:
    """Yield the messages in some files."""
    for _, datagram in open_sources(paths, AnomalyLog()):
        yield datagram.payload


def differences(data: bytes, memo: Memo) -> list[tuple[str, object, object]]:
    """Return the columns on which the two readings differ: name, scanned, parsed."""
    scanned, parsed = scan(data, memo), columns_of(parse(data))
    return [(name, a, b) for name, a, b in zip(NAMES, scanned, parsed, strict=True) if a != b]


def check(messages: Iterable[bytes]) -> int:
    """Compare the readings of messages with a memo of their own and with a shared one; return how many there were."""
    shared: Memo = {}
    count = 0
    for data in messages:
        assert differences(data, {}) == [], data
        assert differences(data, shared) == [], data
        count += 1
    return count


def test_on_the_messages_of_rfc_4475() -> None:
    assert check(TORTURE.values()) == 49


def test_on_the_flow_captures() -> None:
    assert check(payloads(CAPTURES)) > 500


@pytest.mark.parametrize("directory", ["captures", "logs", "torture"])
def test_on_the_corpus(directory: str) -> None:
    corpus = os.environ.get("SIPTRACE_CORPUS")
    if not corpus:
        pytest.skip("SIPTRACE_CORPUS is not set")
    folder = Path(corpus, directory)
    if directory == "torture":
        assert check(path.read_bytes() for path in folder.iterdir()) > 20
    else:
        assert check(payloads(*map(Path, find_sources([folder])))) > 400


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
    *(b": x", b"no colon", b" folded", b"\tfolded: x", b"X-Unknown: y", b"\xc4\xb0: x"),
]
"""Header lines that replace, repeat or break those of a message."""

SEEDS = [
    *TORTURE.values(),
    invite(body=SDP).raw,
    response_to(invite(), 401, headers=('WWW-Authenticate: Digest realm="x", nonce="y"',)).raw,
    next(payloads(CAPTURES / "rfc3665-3.2.tcp6.pcap")),
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


SHARED: Memo = {}


@given(mutated())
@settings(max_examples=600, deadline=None)
def test_on_damaged_messages(data: bytes) -> None:
    assert differences(data, {}) == []
    assert differences(data, SHARED) == []


@given(st.binary(max_size=200) | st.lists(st.sampled_from([*FRAGMENTS, *LINES, b"SIP/2.0 200 OK\r\n"])).map(b"".join))
@settings(max_examples=300, deadline=None)
def test_on_noise(data: bytes) -> None:
    assert differences(data, {}) == []


@pytest.mark.parametrize("extra", [MAX_HEADERS - 20, MAX_HEADERS + 20])
def test_at_the_limits_of_the_head(extra: int) -> None:
    start, _, rest = invite(body=SDP).raw.partition(b"\r\n")
    many = start + b"\r\n" + b"X: y\r\n" * extra + rest
    long = (
        start + b"\r\nX: " + b"y" * (MAX_HEAD_BYTES - 200 if extra < MAX_HEADERS else MAX_HEAD_BYTES) + b"\r\n" + rest
    )
    assert check([many, long]) == 2
    assert scan(many, {}).call_id == scan(long, {}).call_id == (b"one@example.com" if extra < MAX_HEADERS else b"")


def test_each_of_the_odd_lines_in_a_plain_message() -> None:
    start, _, rest = invite(body=SDP).raw.partition(b"\r\n")
    assert check(b"\r\n".join((start, line, rest)) for line in LINES) == len(LINES)
    assert check(b"\r\n".join((start, line, b"", b"v=0")) for line in LINES) == len(LINES)


def test_what_the_columns_of_a_plain_message_are() -> None:
    sent = invite(body=SDP, to_tag="b9", headers=("Authorization: Digest x",))
    assert scan(sent.raw, {}) == Scanned(
        method=b"INVITE",
        status=0,
        cseq=1,
        start=b"INVITE sip:bob@example.com SIP/2.0",
        call_id=b"one@example.com",
        from_tag=b"a1",
        to_tag=b"b9",
        branch=b"z9hG4bK-a-INVITE-1-one",
        sent_by=b"a.example.com",
        via_count=1,
        from_uri=b"sip:alice@example.com",
        to_uri=b"sip:bob@example.com",
        flags=Flag.SDP | Flag.CREDENTIALS | Flag.COOKIE,
    )


FLAGS = {
    "challenge": (
        response_to(invite(), 407, headers=("Proxy-Authenticate: Digest",)).raw,
        Flag.CHALLENGE | Flag.COOKIE,
    ),
    "ended": (
        invite(headers=("Subscription-State: terminated;reason=timeout",)).raw,
        Flag.SUBSCRIPTION_ENDED | Flag.COOKIE,
    ),
    "no cookie": (invite(branch="1").raw, Flag(0)),
    "no branch": (invite(branch="").raw, Flag(0)),
    "only the cookie": (invite(branch="z9hG4bK").raw, Flag(0)),
    "no Call-ID": (invite(call_id="", branch="1").raw, Flag.MALFORMED),
    "a cookie is ASCII: no Kelvin sign": (invite(branch="z9hG4b\u212ax").raw, Flag(0)),
    "sdp without a type": (invite(branch="1", body=SDP).raw.replace(b"Content-Type", b"X-Type"), Flag.SDP),
    "sdp in a part": (
        invite(branch="1").raw.replace(
            b"Content-Length: 0\r\n\r\n",
            b"Content-Type: multipart/mixed;boundary=x\r\n\r\n"
            b"--x\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--x--\r\n",
        ),
        Flag.SDP,
    ),
}


@pytest.mark.parametrize("case", FLAGS)
def test_flags(case: str) -> None:
    data, flags = FLAGS[case]
    assert scan(data, {}).flags == flags
    assert check([data]) == 1


@pytest.mark.parametrize(
    ("number", "cseq"),
    [("2147483647", 2**31 - 1), ("2147483648", NO_NUMBER), ("007", 7), ("-1", NO_NUMBER), ("x", NO_NUMBER)],
)
def test_a_cseq_number_is_below_2_to_the_31(number: str, cseq: int) -> None:
    scanned = scan(invite().raw.replace(b"CSeq: 1 ", f"CSeq: {number} ".encode()), {})
    assert scanned.cseq == cseq
    assert bool(scanned.flags & Flag.MALFORMED) == (cseq == NO_NUMBER)


def test_a_full_memo_forgets_everything_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "MEMO_LIMIT", 8)
    memo: Memo = {}
    largest = 0
    for data in TORTURE.values():
        assert differences(data, memo) == []
        largest = max(largest, len(memo))
    assert 8 < largest < 8 + 60


def test_a_remembered_line_is_not_read_again() -> None:
    memo: Memo = {}
    scan(invite().raw, memo)
    lines_known = dict(memo)
    scan(response_to(invite(), 100).raw, memo)
    assert memo == lines_known
