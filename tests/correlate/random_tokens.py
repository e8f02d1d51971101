"""Calls that nobody ever made: any methods, statuses and parties, for properties."""

from __future__ import annotations

from hypothesis import strategies as st

from siptrace.correlate.shape import Item
from siptrace.correlate.tokens import Token, Trait

__all__ = ["calls", "strands"]

METHODS = ("INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "PRACK", "REFER", "NOTIFY", "SUBSCRIBE", "INFO", "X")
STATUSES = (0, 0, 0, 100, 180, 183, 200, 202, 302, 401, 407, 481, 486, 487, 503, 603, 999, 7)
TRAITS = st.integers(0, 2 * max(Trait) - 1)

items = st.builds(
    Item,
    out=st.booleans(),
    method=st.sampled_from(METHODS[:5]),
    status=st.sampled_from(STATUSES[:15]),
    traits=TRAITS,
    vias=st.integers(0, 4),
    round=st.integers(0, 2),
    optional=st.booleans(),
)


def strands(most: int = 8) -> st.SearchStrategy[tuple[Item, ...]]:
    """Return a strategy for what travels on one hop."""
    return st.lists(items, max_size=most).map(tuple)


def calls(most: int = 60, parties: int = 12) -> st.SearchStrategy[tuple[Token, ...]]:
    """Return a strategy for calls of up to so many messages between up to so many parties."""

    def tokens(count: int) -> st.SearchStrategy[Token]:
        party = st.integers(0, count - 1)
        small = st.integers(0, 9)
        return st.builds(
            Token,
            src=party,
            dst=party,
            method=st.sampled_from(METHODS),
            status=st.sampled_from(STATUSES),
            transaction=small,
            call=st.integers(0, 2),
            origin=small,
            vias=st.integers(0, 5),
            traits=TRAITS,
            resent=st.sampled_from((False, False, False, True)),
        )

    counts = st.integers(1, parties)
    return counts.flatmap(lambda count: st.lists(tokens(count), min_size=1, max_size=most)).map(tuple)
