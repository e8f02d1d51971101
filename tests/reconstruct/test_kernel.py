"""The compiled passes on their own: keyed hashes, full tables of slots, and rows sorted by call."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from siptrace.reconstruct import fast
from siptrace.reconstruct.fast import KERNEL, fast_overview
from siptrace.reconstruct.overview import overview
from siptrace.table.native import Native
from tests.kernels import loaded
from tests.messages import Sent, ack, invite, response_to, table_of

if TYPE_CHECKING:
    import pytest

MIX = Native("siptrace.reconstruct.kernel", {"mix": "n n n"}, fast.KERNEL._constants)


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1), st.integers(0, 2**62))
@settings(deadline=None)
def test_a_hash_is_no_negative_number(value: int, more: int, secret: int) -> None:
    loaded(MIX)
    assert 0 <= MIX("mix", value, more, secret) < 2**63


def test_a_hash_depends_on_every_bit() -> None:
    loaded(MIX)
    assert len({MIX("mix", 1 << bit, 2, 3) for bit in range(63)}) == 63
    assert len({MIX("mix", 1, 1 << bit, 3) for bit in range(63)}) == 63
    assert len({MIX("mix", 1, 2, 1 << bit) for bit in range(62)}) == 62
    assert len({MIX("mix", value, more, 3) for value in range(100) for more in range(100)}) == 10_000


@given(st.lists(st.integers(0, 6), max_size=40))
@settings(deadline=None)
def test_rows_by_call_keep_their_order(of_row: list[int]) -> None:
    loaded(KERNEL)
    calls = max(of_row, default=-1) + 1
    starts, place, rows = np.zeros(calls + 1, np.int32), np.empty(calls + 1, np.int32), np.empty(len(of_row), np.int32)
    KERNEL("rows_by_call", np.array(of_row, np.int32), starts, place, rows)
    assert rows.tolist() == sorted(range(len(of_row)), key=of_row.__getitem__)
    assert starts.tolist() == [sum(call < number for call in of_row) for number in range(calls + 1)]


def test_nothing_depends_on_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(KERNEL)
    call = invite()
    table = table_of([call, response_to(call, 180), response_to(call, 486), ack(call), call, invite(call_id="two")])
    expected = overview(table)
    for secret in (0, 1, 2**61, 2**62 - 1):
        monkeypatch.setattr(secrets, "randbits", lambda _, secret=secret: secret)
        found = fast_overview(table)
        assert (found, found.dialogs) == (expected, expected.dialogs)


def test_equality_is_decided_by_columns_even_when_all_hashes_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    """With 16 slots for 16 rows, most searches meet the slots of others."""
    loaded(KERNEL)
    table = table_of([Sent("ab", "INVITE", call_id=f"{n % 8}", cseq=n % 2, to_tag="ab"[n % 2]) for n in range(15)])
    monkeypatch.setattr(fast, "_slots", lambda _: np.zeros(16, np.int32))
    found, expected = fast_overview(table), overview(table)
    assert (found, found.dialogs) == (expected, expected.dialogs)
