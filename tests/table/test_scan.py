"""One truth: what `scan` says of a message's bytes is what `columns_of` says of the parsed one, column by column."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from fixtures.flows.make_flows import CAPTURES
from siptrace.ingest.open import find_sources
from siptrace.sip.parse import MAX_HEAD_BYTES, MAX_HEADERS, parse
from siptrace.table import scan as scanning
from siptrace.table.columns import NO_NUMBER, Flag
from siptrace.table.scan import Scanned, columns_of, scan
from tests.messages import HOLD, SDP, Sent, invite, request, response_to, sdp
from tests.table.accidents import LINES, TORTURE, mutated, noise, payloads

if TYPE_CHECKING:
    from collections.abc import Iterable

    from siptrace.table.scan import Memo

NAMES = Scanned._fields


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


SHARED: Memo = {}


@given(mutated())
@settings(max_examples=600, deadline=None)
def test_on_damaged_messages(data: bytes) -> None:
    assert differences(data, {}) == []
    assert differences(data, SHARED) == []


@given(noise)
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


def register(*headers: str) -> Sent:
    """Return a REGISTER without the cookie in its branch."""
    return request("REGISTER", branch="1", headers=headers)


FLAGS = {
    "challenge": (
        response_to(invite(), 407, headers=("Proxy-Authenticate: Digest",)).raw,
        Flag.CHALLENGE | Flag.COOKIE,
    ),
    "ended": (
        invite(headers=("Subscription-State: terminated;reason=timeout",)).raw,
        Flag.SUBSCRIPTION_ENDED | Flag.COOKIE,
    ),
    "hold by direction": (invite(branch="1", body=HOLD).raw, Flag.SDP | Flag.HOLD),
    "hold by address": (invite(branch="1", body=sdp("0.0.0.0")).raw, Flag.SDP | Flag.HOLD),  # noqa: S104  (no bind)
    "inactive": (invite(branch="1", body=sdp(direction="inactive")).raw, Flag.SDP | Flag.HOLD),
    "held": (invite(branch="1", body=sdp(direction="recvonly")).raw, Flag.SDP),
    "a binding": (register("Contact: <sip:a@b>;expires=60").raw, Flag.CONTACT),
    "a binding removed": (register("m: <sip:a@b>;expires=0").raw, Flag.CONTACT | Flag.UNREGISTER),
    "all bindings removed": (register("Contact: *", "Expires: 0").raw, Flag.CONTACT | Flag.UNREGISTER),
    "a question": (register("Expires: 60").raw, Flag(0)),
    "an answer binds nothing": (response_to(register("Contact: <sip:a@b>"), 200).raw, Flag(0)),
    "a Contact elsewhere": (invite(branch="1", headers=("Contact: <sip:a@b>;expires=0",)).raw, Flag(0)),
    "replaces": (invite(branch="1", headers=("Replaces: a;to-tag=b;from-tag=c",)).raw, Flag.REPLACES),
    "join": (invite(branch="1", headers=("Join: a;to-tag=b;from-tag=c",)).raw, Flag.REPLACES),
    "refers": (request("REFER", branch="1", headers=("r: <sip:a@b>", "Referred-By: <sip:c@d>")).raw, Flag.REFERENCE),
    "also": (request("BYE", branch="1", headers=("Also: <sip:a@b>",)).raw, Flag.REFERENCE),
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
