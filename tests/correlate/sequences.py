"""Sequences of tokens, written as a ladder is read: a message a line, who sends to whom, what, and what else it is.

ab INVITE sdp      a letter a party; words are traits by name
bc INVITE copy     what the sender got before, passed on: the same origin, one Via more in a request
ab INVITE again    a retransmission
ba 180             answers the latest request on that hop; `ba 200 CANCEL` says which
ac BYE call=1      of another Call-ID
ab ACK             of a 2xx or a failure, whichever the hop's INVITE got
"""

from __future__ import annotations

from siptrace.correlate.shape import Shape
from siptrace.correlate.tokens import Token, Trait

__all__ = ["DIRECT", "PROXIED", "sequence", "shape"]

DIRECT = """
    ab INVITE sdp
    ba 180
    ba 200 sdp
    ab ACK
    ab BYE
    ba 200
"""
"""A call between two phones."""

PROXIED = """
    ap INVITE sdp
    pb INVITE sdp copy
    pa 100
    bp 180
    pa 180 copy
    bp 200 sdp
    pa 200 sdp copy
    ap ACK
    pb ACK copy
    ap BYE
    pb BYE copy
    bp 200
    pa 200 copy
"""
"""The same over one proxy that stays on the way."""


_CANCELS, _FAILURES = 1_000, 2_000
"""What is added to an INVITE's origin for that of its CANCELs and of the ACKs of its failure, whichever hop's."""


class _Writer:
    """A sequence while it grows."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.parties: dict[str, int] = {}

    def write(self, line: str) -> None:
        """Add a line."""
        hop, name, *words = line.split()
        src, dst = (self.parties.setdefault(letter, len(self.parties)) for letter in hop)
        call = next((int(word.removeprefix("call=")) for word in words if word.startswith("call=")), 0)
        traits = sum(Trait[word.upper()] for word in words if word.upper() in Trait.__members__)
        fresh = len(self.tokens)  # a number that no token has yet
        if name.isdigit():
            methods = [word for word in words if word in ("INVITE", "CANCEL", "BYE", "ACK")]
            asked = self._request(dst, src, methods[0] if methods else None)
            token = Token(src, dst, asked.method, int(name), asked.transaction, asked.call, fresh, 1, traits, False)
        else:
            token = Token(src, dst, name, 0, fresh, call, fresh, 1, traits, False)
            if name in ("ACK", "CANCEL"):
                token = self._of_invite(token)
        if "copy" in words:
            got = self._latest(token, dst=src)
            token = token._replace(origin=got.origin, vias=got.vias + (not token.status), call=got.call)
        if "again" in words:
            first = self._latest(token, src=src, dst=dst)
            token = first._replace(resent=True)
        self.tokens.append(token)

    def _request(self, src: int, dst: int, method: str | None) -> Token:
        """Return the request that an answer is to."""
        asked = (t for t in reversed(self.tokens) if t.is_request and (t.src, t.dst) == (src, dst))
        return next(t for t in asked if t.method == method or (method is None and t.method != "ACK"))

    def _of_invite(self, token: Token) -> Token:
        """Return an ACK or CANCEL with what it has of its INVITE; an ACK of a 2xx has the call alone."""
        invites = [t for t in self.tokens if t.method == "INVITE" and {t.src, t.dst} == {token.src, token.dst}]
        if not invites:
            return token
        invite = next(t for t in invites if t.transaction == invites[-1].transaction)
        if token.method == "CANCEL":
            return token._replace(call=invite.call, origin=_CANCELS + invite.origin)
        if invites[-1].status < 300:
            return token._replace(call=invite.call)
        return token._replace(call=invite.call, transaction=invite.transaction, origin=_FAILURES + invite.origin)

    def _latest(self, like: Token, **ends: int) -> Token:
        """Return the latest message of the same kind with these ends."""
        same = (t for t in reversed(self.tokens) if (t.method, t.status) == (like.method, like.status))
        return next(t for t in same if all(getattr(t, end) == party for end, party in ends.items()))


def sequence(text: str) -> tuple[Token, ...]:
    """Return the tokens that some lines say."""
    writer = _Writer()
    for line in filter(None, map(str.strip, text.splitlines())):
        writer.write(line)
    return tuple(writer.tokens)


def shape(text: str) -> Shape:
    """Return the shape of a written sequence."""
    return Shape(sequence(text))
