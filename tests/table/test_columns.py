"""The table: numbers for texts, rows in time order, bytes from the file or from the side buffer."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from siptrace.ingest.datagram import NO_OFFSET, NO_TIME, Datagram, Transport, endpoint_key
from siptrace.table import columns
from siptrace.table.columns import COLUMNS, KNOWN_METHODS, Flag, MessageTable, Texts, _unpacked, packed
from siptrace.table.scan import scan
from tests.messages import SDP, invite, request, response_to, table_of

if TYPE_CHECKING:
    from siptrace.ingest.datagram import EndpointKey

A, B = endpoint_key("192.0.2.1", 5060), endpoint_key("2001:db8::1", 5061)


class File:
    """A file of the trace in memory."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]


def add(table: MessageTable, payload: bytes, time_ns: int = 0, *, offset: int = NO_OFFSET, frame: int = 1) -> None:
    """Append one message from A to B."""
    table.append(0, Datagram(time_ns, frame, Transport.TCP, A, B, payload, offset), scan(payload, {}))


@given(st.lists(st.binary(max_size=8)))
def test_equal_text_means_equal_number(texts: list[bytes]) -> None:
    numbers = Texts([b"known"])
    given_out = [numbers.number(text) for text in texts]
    assert [numbers[number] for number in given_out] == texts
    assert [numbers.find(text) for text in texts] == given_out
    assert len(numbers) == len({b"", b"known", *texts})


@given(st.lists(st.binary(max_size=8)) | st.lists(st.text(st.characters(codec="ascii"), max_size=8).map(str.encode)))
def test_many_texts_are_what_each_is(texts: list[bytes]) -> None:
    numbers = Texts([b"known"])
    wanted = [0, *map(numbers.number, texts), 1, 0]
    assert list(numbers.many(wanted)) == list(map(numbers.text, wanted))


def test_texts_begin_with_the_empty_one_and_the_known_ones() -> None:
    texts = Texts([b"a", b"b"])
    assert [texts.number(text) for text in (b"", b"a", b"b", b"c")] == [0, 1, 2, 3]
    assert texts.find(b"d") is None
    assert texts.text(texts.number(b"\xff\xc3\xa9")) == "\\xffé"


def test_known_methods_have_the_numbers_of_their_constants() -> None:
    table = table_of([request(method.decode()) for method in KNOWN_METHODS])
    for row, method in enumerate(KNOWN_METHODS):
        assert table.methods[table.method[row]] == method
        assert getattr(columns, method.decode(), row + 1) == table.method[row] == row + 1


def test_a_row_holds_place_and_texts() -> None:
    table = MessageTable()
    sent = response_to(invite(), 180)
    add(table, sent.raw, 7, frame=9, offset=40)
    assert (table.time[0], table.frame[0], table.source[0], table.transport[0]) == (7, 9, 0, Transport.TCP)
    assert [_unpacked(table.endpoints[number]) for number in (table.src[0], table.dst[0])] == [A, B]
    assert (table.offset[0], table.length[0]) == (40, len(sent.raw))
    assert (table.status[0], table.cseq[0], table.via_count[0]) == (180, 1, 1)
    assert table.starts.text(table.start[0]) == "SIP/2.0 180 Because"
    assert table.call_ids.text(table.call_id[0]) == "one@example.com"
    assert [table.tags.text(number) for number in (table.from_tag[0], table.to_tag[0])] == ["a1", "b1"]
    assert table.branches.text(table.branch[0]) == "z9hG4bK-a-INVITE-1-one"
    assert table.sent_bys.text(table.sent_by[0]) == "a.example.com"
    assert table.uris.text(table.to_uri[0]) == "sip:bob@example.com"
    assert table.flags[0] == Flag.COOKIE


def test_endpoints_are_numbered_once() -> None:
    table = table_of([invite(), response_to(invite(), 100), invite("ac")])
    assert len(table.endpoints) == 4  # 0 is the empty one, which no message has
    assert list(table.src) == [1, 2, 1]
    assert list(table.dst) == [2, 1, 3]


@given(st.binary(min_size=6, max_size=6) | st.binary(min_size=18, max_size=18) | st.text(max_size=9))
@example("000=")
def test_an_endpoint_is_a_text_and_becomes_its_key_again(key: EndpointKey) -> None:
    assert _unpacked(packed(key)) == key


@given(st.lists(st.binary(min_size=6, max_size=6) | st.text(max_size=9), unique=True))
@example(["000", "000=", "-000", "--000", "=000"])
def test_different_endpoints_are_different_texts(keys: list[EndpointKey]) -> None:
    assert len({packed(key) for key in keys}) == len(keys)


def test_an_endpoint_is_shown_as_address_and_port_or_by_its_name() -> None:
    table = MessageTable()
    for src in (A, B, "alice", "bob:5060", "=x="):
        table.append(0, Datagram(0, 1, Transport.UDP, src, A, b"", NO_OFFSET), scan(b"", {}))
    shown = [table.endpoint(number) for number in table.src]
    assert shown == ["192.0.2.1:5060", "[2001:db8::1]:5061", "alice", "bob:5060", "=x="]


@given(st.lists(st.binary(min_size=1, max_size=3), unique=True), st.lists(st.binary(min_size=1, max_size=3)))
def test_texts_that_somebody_else_numbered_are_found_as_well(texts: list[bytes], others: list[bytes]) -> None:
    numbers = Texts([b"known"])
    ends = array("q")
    for text in texts:
        ends.append((ends[-1] if ends else numbers.size) + len(text))
    numbers.extend(b"".join(texts), ends.tobytes())
    assert numbers.all() == [b"", b"known", *texts]
    assert [numbers[numbers.find(text) or 0] for text in texts] == texts
    for text in others:
        assert (numbers.find(text) is None) == (text not in texts)
    assert (numbers.find(b"known"), numbers.find(b"")) == (1, 0)


def test_bytes_come_from_the_file_or_from_the_side_buffer() -> None:
    table = MessageTable()
    inside, aside, other = invite().raw, response_to(invite(), 200, body=SDP).raw, b"x"
    table.sources.append(File(b"junk" + inside + b"junk"))
    add(table, inside, offset=4)
    add(table, aside)
    add(table, other)
    assert [table.raw(row) for row in range(3)] == [inside, aside, other]
    assert [bool(flags & Flag.ASIDE) for flags in table.flags] == [False, True, True]


@given(st.lists(st.integers(-3, 3) | st.just(NO_TIME), max_size=30))
def test_rows_come_into_time_order_and_equal_times_keep_theirs(times: list[int]) -> None:
    table = MessageTable()
    for number, time in enumerate(times):
        add(table, b"%d" % number, time, frame=number)
    table.sort()
    assert list(table.frame) == sorted(range(len(times)), key=times.__getitem__)
    assert list(table.time) == sorted(times)
    assert [table.raw(row) for row in range(len(table))] == [b"%d" % frame for frame in table.frame]
    assert {len(getattr(table, name)) for name in COLUMNS} == {len(times)}


def test_values_and_flagged_rows_are_the_same_of_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    table = table_of([invite(call_id=str(number % 3), body=SDP if number % 2 else b"") for number in range(7)])
    rows = array("i", (6, 0, 3, 3))
    few = table.values("call_id", rows), table.values("status", rows), table.flagged(int(Flag.SDP))
    assert few[0] == [table.call_id[row] for row in rows]
    assert few[2] == [1, 3, 5]
    monkeypatch.setattr(columns, "_WORTH_NUMPY", 1)
    assert (table.values("call_id", rows), table.values("status", rows), table.flagged(int(Flag.SDP))) == few


@pytest.mark.parametrize("name", COLUMNS)
def test_numpy_sees_a_column_without_a_copy(name: str) -> None:
    table = table_of([invite(), response_to(invite(), 486)])
    column = getattr(table, name)
    view = table.numpy(name)
    assert view.dtype == np.dtype(COLUMNS[name])
    assert column.typecode == COLUMNS[name]
    assert view.tolist() == column.tolist()
    column[1] = 5
    assert view[1] == 5
    assert table_of([]).numpy(name).shape == (0,)
