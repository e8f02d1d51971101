"""A value that is known from another message is read as if it were new, whatever came between."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from fixtures.wire import udp_frame
from siptrace.table.layout import CALL_ID, FROM_TAG, OFFSET, ROW, START
from siptrace.table.scan import scan
from tests.table.kernel_calls import HEAD, A, B, index, record, scanned_of

TEXTS = range(START, ROW, 3)

LONG = "".join(map(chr, range(97, 123))) * 5
NAMES = ["a", "ab", LONG[:23], LONG[:49], LONG[:12] + "X" + LONG[13:49], LONG[:110], LONG[:12] + "X" + LONG[13:110],
         LONG[:80] + "X" + LONG[81:110], LONG]  # fmt: skip
"""Users and tags: of values shorter and longer than those that are remembered, and of ones that differ in one place."""
TAGS = ["", ";tag=1", ";tag=2", f";tag={LONG[:20]}", f";tag={LONG[:19]}x", ";tag=1;tag=2", ";tag"]
VIAS = [
    "SIP/2.0/UDP h;branch=z9hG4bK1", "SIP/2.0/UDP h;branch=z9hG4bK2", "SIP/2.0/UDP H;branch=z9hG4bK1", "SIP/2.0/UDP h",
    f"SIP/2.0/UDP {LONG[:50]};branch=z9hG4bK1", f"SIP/2.0/UDP {LONG[:49]}x;branch=z9hG4bK1", "SIP/2.0/UDP h;branch",
    f"SIP/2.0/UDP h;branch=z9hG4bK{LONG[:90]}", "SIP/2.0/TCP h:0",
]  # fmt: skip
addresses = st.builds("<sip:{}@h>{}".format, st.sampled_from(NAMES), st.sampled_from(TAGS)) | st.just(VIAS[0])
messages = st.tuples(st.lists(st.sampled_from(VIAS), min_size=1, max_size=3), addresses, addresses)


def payload(vias: list[str], caller: str, callee: str) -> bytes:
    """Return a request."""
    lines = [f"Via: {via}" for via in vias] + [f"From: {caller}", f"To: {callee}", "Call-ID: 1", "CSeq: 1 BYE"]
    return "\r\n".join(["BYE sip:h SIP/2.0", *lines, "", ""]).encode()


@given(st.lists(messages, min_size=1, max_size=8))
@example([([VIAS[0]], "<sip:a@h>", "<sip:a@h>;tag=1;tag=2"), ([VIAS[0]], "<sip:a@h>", "<sip:a@h>")])
@example([([VIAS[0]], "<sip:a@h>", "<sip:b@h>"), ([VIAS[0], VIAS[1]], "<sip:a@h>", "<sip:b@h>")])
@example([([VIAS[0]], f"<sip:{NAMES[3]}@h>", "<sip:b@h>"), ([VIAS[0]], f"<sip:{NAMES[4]}@h>", "<sip:b@h>")])
@example([([VIAS[0]], f"<sip:{NAMES[5]}@h>", "<sip:b@h>"), ([VIAS[0]], f"<sip:{NAMES[6]}@h>", "<sip:b@h>")])
@example([([VIAS[0]], f"<sip:{NAMES[5]}@h>", "<sip:b@h>"), ([VIAS[0]], f"<sip:{NAMES[7]}@h>", "<sip:b@h>")])
@example([([VIAS[1], VIAS[0]], "<sip:a@h>", "<sip:b@h>"), ([VIAS[0]], "<sip:a@h>", "<sip:b@h>")])
def test_many_messages_are_read_as_each_alone(found: list[tuple[list[str], str, str]]) -> None:
    payloads = [payload(*message) for message in found]
    frames = [udp_frame(A, B, text) for text in payloads]
    whole = b"".join(frames) + bytes(64)  # the last ones are known, too
    starts = [sum(map(len, frames[:number])) for number in range(len(frames))]
    rows, handed = index(whole, *(record(len(f), start=at) for f, at in zip(frames, starts, strict=True)))
    left = [other[3] for other in handed]
    for start, text, frame in zip(starts, payloads, frames, strict=True):
        (alone, _), read = index(frame, record(len(frame))), [row for row in rows if row[OFFSET] == start + HEAD]
        assert (len(read), left.count(start)) == (len(alone), 1 - len(alone))
        for row, other in zip(read, alone, strict=True):
            assert scanned_of(whole, row) == scan(text, {})
            assert [row[place + 2] for place in TEXTS] == [other[place + 2] for place in TEXTS]


def test_values_are_known_at_all() -> None:
    """What is known is where it was first; a memo that forgets everything would pass all other tests."""
    frames = [udp_frame(A, B, payload([VIAS[0]], "<sip:a@h>;tag=1", "<sip:b@h>")) for _ in range(2)]
    size = len(frames[0])
    rows, _ = index(b"".join(frames) + bytes(64), record(size), record(size, start=size))
    same = [place for place in TEXTS if rows[0][place] == rows[1][place]]
    assert len(same) == 6
    assert FROM_TAG in same
    assert CALL_ID not in same
