from __future__ import annotations

from siptrace.ingest import limits


def test_a_window_holds_whatever_is_looked_for_in_it() -> None:
    assert limits.RESYNC_BYTES < limits.WINDOW_BYTES
    assert limits.MAX_PACKET < limits.RESYNC_BYTES


def test_every_limit_is_listed_and_positive() -> None:
    names = {name for name in vars(limits) if name.isupper()}
    assert names == set(limits.__all__)
    assert all(getattr(limits, name) > 0 for name in names)
