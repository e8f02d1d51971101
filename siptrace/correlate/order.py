"""Messages that came before what they follow from, whatever flow their call follows.

An answer follows its request, an ACK the answer that it acknowledges, a copy its original; and who answered a call does
not hang up before the ACK is there (RFC 3261 15). A capture in which that is not so was merged from several clocks, or
somebody is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siptrace.correlate.tokens import Token

__all__ = ["disordered"]


def disordered(tokens: Sequence[Token]) -> frozenset[int]:
    """Return the indices of messages that came too early."""
    first = [(index, token) for index, token in enumerate(tokens) if not token.resent]
    return frozenset(_early_answers(first) | _early_refusals(first) | _early_acks(first) | _early_copies(first))


def _early_answers(tokens: Sequence[tuple[int, Token]]) -> set[int]:
    """Return responses that stand before their request."""
    asked = {
        token.transaction: index for index, token in reversed(tokens) if token.is_request and token.method != "ACK"
    }
    return {i for i, token in tokens if token.status and i < asked.get(token.transaction, -1)}


def _early_refusals(tokens: Sequence[tuple[int, Token]]) -> set[int]:
    """Return ACKs before the failure that they acknowledge, which share its transaction (RFC 3261 17.1.1.3)."""
    refused = {t.transaction: index for index, t in reversed(tokens) if t.method == "INVITE" and t.status >= 300}
    return {i for i, token in tokens if token.method == "ACK" and i < refused.get(token.transaction, -1)}


def _early_acks(tokens: Sequence[tuple[int, Token]]) -> set[int]:
    """Return ACKs that left before the 2xx arrived (RFC 3261 13.2.2.4), and requests that overtook the ACK."""
    invites = {token.transaction for _, token in tokens if token.method == "INVITE"}
    due: dict[int, int] = {}
    loose: dict[int, int] = {}
    eager: dict[int, int] = {}
    early = set()
    for index, token in tokens:
        if token.method == "INVITE" and 200 <= token.status < 300:
            if token.dst in loose:
                early.add(loose.pop(token.dst))
            else:
                due[token.dst] = due.get(token.dst, 0) + 1
        elif token.method == "ACK" and token.transaction not in invites:
            if due.get(token.src, 0):
                due[token.src] -= 1
                early |= {eager.pop(party) for party in (token.src, token.dst) if party in eager}
            else:
                loose[token.src] = index
        elif token.is_request and token.method in ("BYE", "INVITE"):
            loose.pop(token.src, None)
            if due.get(token.src, 0) or due.get(token.dst, 0):
                eager.setdefault(token.src, index)
    return early


def _early_copies(tokens: Sequence[tuple[int, Token]]) -> set[int]:
    """Return messages that a relay sent before it got them; what is made anew on each hop is no copy."""
    invites = {token.transaction for _, token in tokens if token.method == "INVITE"}
    arrivals: dict[tuple[int, int], int] = {}
    for index, token in tokens:
        arrivals.setdefault((token.origin, token.dst), index)
    return {
        index
        for index, token in tokens
        if token.method != "CANCEL"
        and not (token.method == "ACK" and token.transaction in invites)
        and not (token.is_request and token.vias == 1)
        and index < arrivals.get((token.origin, token.src), -1)
    }
