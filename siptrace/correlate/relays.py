"""Sequences without their relays.

A proxy that only passes on what it gets adds hops and nothing else, and how many of them stand between two user agents
is nobody's choice but the operator's. `without_relays` takes those out: what travelled x to relay to y travels x to y.
Two calls that differ in the number of such proxies are the same sequence afterwards, and so are a call and a flow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.correlate.tokens import Token

__all__ = ["without_relays"]


def without_relays(tokens: tuple[Token, ...]) -> tuple[tuple[Token, ...], tuple[int, ...], tuple[int, ...]]:
    """Return the tokens that are left, the index of each in `tokens`, and the parties that were taken out.

    Of the copies of a message the first one stands for all; 100 Trying stays only where it came from an end.
    """
    kept = list(enumerate(tokens))
    gone: list[int] = []
    while (found := next((p for p in _parties(kept) if _only_relays(kept, p)), None)) is not None:
        kept = _contracted(kept, found)
        gone.append(found)
    return tuple(token for _, token in kept), tuple(index for index, _ in kept), tuple(gone)


def _parties(kept: Sequence[tuple[int, Token]]) -> list[int]:
    """Return all parties by first appearance."""
    return list(dict.fromkeys(party for _, token in kept for party in (token.src, token.dst)))


def _only_relays(kept: Sequence[tuple[int, Token]], party: int) -> bool:
    """Return whether a party sends exactly what it gets, each message once, to somebody else and not before it has it.

    What belongs to one hop has no such order: a relay answers a CANCEL, and acknowledges a failure, at once (RFC 3261
    16.7, 16.10).
    """
    got: dict[int, int] = {}
    sent: dict[int, int] = {}
    for _, token in kept:
        if token.is_trying or token.resent or party not in (token.src, token.dst):
            continue
        ends, other = (got, token.src) if token.dst == party else (sent, token.dst)
        early = ends is sent and token.origin not in got and token.method not in ("ACK", "CANCEL")
        if token.origin in ends or early:
            return False
        ends[token.origin] = other
    return bool(got) and got.keys() == sent.keys() and all(sent[origin] != got[origin] for origin in got)


def _contracted(kept: Sequence[tuple[int, Token]], party: int) -> list[tuple[int, Token]]:
    """Return the tokens with one relay taken out."""
    onward = {token.origin: token.dst for _, token in kept if token.src == party and not token.is_trying}
    result = []
    for index, token in kept:
        if token.src == party:
            continue
        if token.dst != party:
            result.append((index, token))
        elif token.origin in onward and not token.is_trying and not token.resent:
            result.append((index, token._replace(dst=onward[token.origin])))
    return result
