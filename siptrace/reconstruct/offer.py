"""Offers and answers: what a session description in a message is to the one before it (RFC 3264, RFC 3261 13.2.1).

`Offers` is fed the messages of a call in time order and says of each whether its description is an offer or an answer,
what it offers, and whether it puts somebody on hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from siptrace.reconstruct.model import TracedMessage
    from siptrace.sip.sdp import Media, Session

__all__ = ["Description", "Offers", "media_place", "media_text"]


class Description(NamedTuple):
    """A session description in its place: `role` is `offer`, `answer` or empty (neither: a capability answer).

    `media` has one text a stream; `changes` is what it does to the session: `hold`, `resume`, `early media`.
    """

    role: str
    media: tuple[str, ...]
    changes: tuple[str, ...]


def media_text(media: Media) -> str:
    """Return one stream in a line: `audio 192.0.2.1:49172 sendonly PCMU PCMA`; the usual direction is left out."""
    names = dict.fromkeys(codec.name for codec in media.codecs)
    direction = "" if media.direction == "sendrecv" else media.direction
    return " ".join(part for part in (media.kind, media_place(media), direction, *names) if part)


def media_place(media: Media) -> str:
    """Return where a stream is to be sent to, `192.0.2.1:49172` or `[2001:db8::1]:49172`, or `rejected`."""
    host = f"[{media.address}]" if media.address and ":" in media.address else media.address or "?"
    return "rejected" if media.is_rejected else f"{host}:{media.port}"


class Offers:
    """Follows the descriptions of one call."""

    def __init__(self) -> None:
        """Start before the first message."""
        self._offered: set[int] = set()
        """Transactions whose request has an offer."""
        self._waiting: set[tuple[str, int]] = set()
        """INVITEs answered with an offer, by Call-ID and CSeq number: their ACK (or PRACK) has the answer."""
        self._held: dict[tuple[str, str], bool] = {}
        """Who put the other side on hold, by Call-ID and sender: a leg on hold does not hold the others."""

    def see(self, message: TracedMessage) -> Description | None:
        """Return what the description in a message is, None when it has none; messages come in time order."""
        session = message.sip.sdp
        if session is None:
            return None
        role = self._role(message)
        changes = self._changes(message, session) if role and not message.retransmission else ()
        return Description(role, tuple(media_text(media) for media in session.media), changes)

    def _role(self, message: TracedMessage) -> str:
        """Return offer or answer (RFC 3261 13.2.1, RFC 3262 5, RFC 3311 5.1)."""
        key = (message.sip.call_id, message.sip.cseq.number if message.sip.cseq else -1)
        if not message.is_request:
            if message.transaction in self._offered:
                return "answer"
            if message.method == "INVITE":
                self._waiting.add(key)
                return "offer"
            return ""
        acknowledges = message.method == "ACK" and key in self._waiting
        if acknowledges or (message.method == "PRACK" and any(call_id == key[0] for call_id, _ in self._waiting)):
            return "answer"
        if message.method not in ("INVITE", "UPDATE", "PRACK"):
            return ""
        self._offered.add(message.transaction)
        return "offer"

    def _changes(self, message: TracedMessage, session: Session) -> tuple[str, ...]:
        """Return what a description changes: hold and resume by its sender, media before the answer."""
        end = message.sip.call_id, message.src
        held, before = session.is_hold, self._held.get(end, False)
        self._held[end] = held
        changes = []
        if held != before:
            changes.append("hold" if held else "resume")
        if message.status is not None and 100 < message.status < 200:
            changes.append("early media")
        return tuple(changes)
