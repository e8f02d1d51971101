"""When the compiled overview is used: for many messages, when it is there, and never where it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siptrace.errors import NativeError
from siptrace.reconstruct import fast, quick
from siptrace.reconstruct.overview import Overview, overview
from siptrace.reconstruct.quick import quick_overview
from tests.messages import invite, response_to, table_of

if TYPE_CHECKING:
    from siptrace.table.columns import MessageTable

TABLE = table_of([invite(), response_to(invite(), 486)] * 5)


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Thresholds of 5 and 20 messages, and the sizes of the tables that the compiled passes got."""
    sizes: list[int] = []

    def passes(table: MessageTable) -> Overview:
        sizes.append(len(table))
        return overview(table)

    monkeypatch.setattr(quick, "WORTH_LOADING", 5)
    monkeypatch.setattr(quick, "WORTH_COMPILING", 20)
    monkeypatch.setattr(fast, "fast_overview", passes)
    return sizes


def kept(patch: pytest.MonkeyPatch, there: bool) -> None:
    """Say whether machine code is kept."""
    patch.setattr(fast.KERNEL, "is_kept", lambda: there)


def test_few_messages_take_the_plain_passes(used: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    kept(monkeypatch, there=True)
    assert quick_overview(table_of([invite()] * 4)) is None
    assert used == []
    assert quick_overview(table_of([invite()] * 5)) is not None
    assert used == [5]


def test_without_kept_code_only_a_huge_table_is_worth_compiling(
    used: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(monkeypatch, there=False)
    assert quick_overview(table_of([invite()] * 19)) is None
    assert used == []
    assert quick_overview(table_of([invite()] * 20)) is not None
    assert used == [20]


@pytest.mark.usefixtures("used")
@pytest.mark.parametrize("error", [NativeError("no"), ImportError("no")])
def test_where_nothing_can_be_compiled_the_plain_passes_do_it(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: MessageTable) -> Overview:
        raise error

    kept(monkeypatch, there=True)
    monkeypatch.setattr(fast, "fast_overview", refuse)
    assert quick_overview(TABLE) is None
