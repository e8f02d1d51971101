"""Offers and answers: which description is which, and what it does to the session (RFC 3264, 3261, 3262, 3311)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siptrace.reconstruct.offer import Offers, media_text
from siptrace.sip.sdp import parse_sdp
from tests.messages import HOLD, SDP, Sent, ack_2xx, in_dialog, invite, request, response_to, sdp, trace_of

EMPTY = invite()
OFFERING = invite(body=SDP)
PRACK = in_dialog(OFFERING, "PRACK", cseq=2)
UPDATE = in_dialog(OFFERING, "UPDATE", cseq=3)
AGAIN = in_dialog(OFFERING, "INVITE", cseq=4)
OFFER, ANSWER = ("offer", ()), ("answer", ())


def with_sdp(sent: Sent, body: bytes = SDP) -> Sent:
    return replace(sent, body=body)


def answer(sent: Sent, status: int = 200, body: bytes = SDP) -> Sent:
    return response_to(sent, status, body=body)


CASES: dict[str, tuple[list[Sent], list[tuple[str, tuple[str, ...]] | None]]] = {
    "offer in INVITE, answer in 200": ([OFFERING, answer(OFFERING), ack_2xx(OFFERING)], [OFFER, ANSWER, None]),
    "offer in 200, answer in ACK": ([EMPTY, answer(EMPTY), with_sdp(ack_2xx(EMPTY))], [None, OFFER, ANSWER]),
    "a 100 or 180 without a description": ([OFFERING, response_to(OFFERING, 180)], [OFFER, None]),
    "early media, and the same answer again in 200": (
        [OFFERING, answer(OFFERING, 183), answer(OFFERING)],
        [OFFER, ("answer", ("early media",)), ANSWER],
    ),
    "early media sent again": (
        [OFFERING, answer(OFFERING, 183), answer(OFFERING, 183)],
        [OFFER, ("answer", ("early media",)), ANSWER],
    ),
    "offer in a reliable 183, answer in PRACK": (
        [EMPTY, answer(EMPTY, 183), with_sdp(PRACK), response_to(PRACK, 200)],
        [None, ("offer", ("early media",)), ANSWER, None],
    ),
    "a second offer in PRACK": (
        [OFFERING, answer(OFFERING, 183), with_sdp(PRACK), answer(PRACK)],
        [OFFER, ("answer", ("early media",)), OFFER, ANSWER],
    ),
    "offer in UPDATE, answer in its 200": (
        [OFFERING, answer(OFFERING, 183), with_sdp(UPDATE), answer(UPDATE)],
        [OFFER, ("answer", ("early media",)), OFFER, ANSWER],
    ),
    "re-INVITE": ([OFFERING, answer(OFFERING), with_sdp(AGAIN), answer(AGAIN)], [OFFER, ANSWER, OFFER, ANSWER]),
    "re-INVITE without an offer": (
        [OFFERING, answer(OFFERING), AGAIN, answer(AGAIN), with_sdp(ack_2xx(AGAIN))],
        [OFFER, ANSWER, None, OFFER, ANSWER],
    ),
    "OPTIONS tells abilities, it offers nothing": (
        [request("OPTIONS"), answer(request("OPTIONS"))],
        [None, ("", ())],
    ),
    "hold, answered by recvonly, and resume": (
        [OFFERING, answer(OFFERING), with_sdp(AGAIN, HOLD), answer(AGAIN, body=sdp(direction="recvonly")),
         with_sdp(in_dialog(OFFERING, "INVITE", cseq=5)), answer(in_dialog(OFFERING, "INVITE", cseq=5))],
        [OFFER, ANSWER, ("offer", ("hold",)), ANSWER, ("offer", ("resume",)), ANSWER],
    ),
    "hold by inactive": ([OFFERING, with_sdp(AGAIN, sdp(direction="inactive"))], [OFFER, ("offer", ("hold",))]),
    "hold by the address zero (RFC 2543)": ([OFFERING, with_sdp(AGAIN, sdp("0.0.0.0"))], [OFFER, ("offer", ("hold",))]),  # noqa: S104
    "hold sent again": (
        [OFFERING, with_sdp(AGAIN, HOLD), with_sdp(AGAIN, HOLD)],
        [OFFER, ("offer", ("hold",)), OFFER],
    ),
    "a leg on hold does not hold another one": (
        [invite(body=HOLD), with_sdp(invite("ac", call_id="two@example.com"))],
        [("offer", ("hold",)), OFFER],
    ),
    "the first offer may hold": ([invite(body=HOLD)], [("offer", ("hold",))]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_roles_and_changes(case: str) -> None:
    messages, expected = CASES[case]
    offers = Offers()
    found = [offers.see(message) for message in trace_of(messages).messages]
    assert [None if d is None else (d.role, d.changes) for d in found] == expected


def test_the_trace_begins_behind_the_offer() -> None:
    answered, confirmed = (Offers().see(m) for m in trace_of([answer(OFFERING), with_sdp(ack_2xx(OFFERING))]).messages)
    assert answered is not None
    assert confirmed is not None
    assert answered.media == ("audio 192.0.2.1:4000 PCMU",)


MEDIA = {
    "c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000": (
        "audio 192.0.2.1:4000 PCMU PCMA telephone-event"
    ),
    "c=IN IP6 2001:db8::1\r\nm=video 4002 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\na=sendonly": (
        "video [2001:db8::1]:4002 sendonly VP8"
    ),
    "c=IN IP4 192.0.2.1\r\nm=audio 0 RTP/AVP 0": "audio rejected PCMU",
    "m=audio 4000 RTP/AVP 0": "audio ?:4000 PCMU",
}


@pytest.mark.parametrize("text", MEDIA)
def test_media_in_a_line(text: str) -> None:
    session = parse_sdp(f"v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nt=0 0\r\n{text}\r\n".encode())
    assert [media_text(media) for media in session.media] == [MEDIA[text]]
