"""A value that a thread makes meanwhile."""

from __future__ import annotations

from threading import Event, get_ident

import pytest

from siptrace.beside import Beside


def test_it_is_made_in_a_thread_of_its_own_while_others_go_on() -> None:
    goes_on = Event()

    def make() -> int:
        assert goes_on.wait(10)
        return get_ident()

    found = Beside(make)
    goes_on.set()
    assert found.result() == found.result() != get_ident()


def test_what_goes_wrong_is_raised_where_it_is_wanted() -> None:
    found = Beside(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        found.result()
