"""What is said of a step that never came: a call, a step, and words of the sentence that an engineer gets."""

from __future__ import annotations

import pytest

from siptrace.correlate.model import load_flow
from tests.correlate.deviating import Played, said

PRACK = load_flow(
    """id = "own-prack"
title = "Reliable ringing"
actors.alice = ["Alice", "UA"]
actors.bob = ["Bob", "UA"]
steps = '''
F1 alice -> bob INVITE               | offer
F2 alice <- bob 183 Session Progress | answer
F3 alice -> bob PRACK
F4 alice <- bob 200 OK
F5 alice <- bob 200 OK               | re=F1
F6 alice -> bob ACK
'''
""",
    "own-prack.toml",
)
SUBSCRIPTION = load_flow(
    """id = "own-subscription"
title = "Subscription"
actors.alice = ["Alice", "UA"]
actors.bob = ["Bob", "UA"]
steps = '''
F1 alice -> bob SUBSCRIBE
F2 alice <- bob 200 OK
F3 alice <- bob NOTIFY
F4 alice -> bob 200 OK
'''
""",
    "own-subscription.toml",
)
TO_THE_END = {"rfc3665-3.1": 6, "rfc3665-3.2": 23, "rfc3665-3.8": 20, "rfc3665-3.9": 11}


def cut(flow: str, first: int) -> Played:
    """Return a flow that ends before a step."""
    return Played(flow, range(first, TO_THE_END[flow] + 1))


CASES: dict[str, tuple[Played, int, str, str]] = {
    "ACK of an answer": (
        Played("rfc3665-3.1", (4,)),
        4,
        "Bob cannot know that its 200 arrived. It repeats the 200 for 32 s (64*T1) and then ends the call with a BYE",
        "RFC 3261 13.2.2.4, 13.3.1.4",
    ),
    "ACK of an answer, from behind proxies": (
        Played("rfc3665-3.2", (15, 16, 17)),
        15,
        "Bob cannot know that its 200",
        "",
    ),
    "ACK not passed on": (
        Played("rfc3665-3.2", (17,)),
        17,
        "Proxy 2 got the ACK in message 16, and nothing shows that it passed it on to Bob",
        "RFC 3261 16.6, 13.3.1.4",
    ),
    "ACK of a failure": (
        Played("rfc3665-3.9", (7,)),
        7,
        "Bob cannot know that its 486 arrived. It waits 32 s for the ACK (timer H)",
        "RFC 3261 17.1.1.3, 17.2.1",
    ),
    "ACK of a challenge": (
        Played("rfc3665-3.2", (3,)),
        3,
        "Alice goes on with its next try",
        "RFC 3261 17.1.1.3, 17.2.1",
    ),
    "ACK of a redirection": (Played("rfc3665-3.6", (3,)), 3, "Alice goes on with its next try", ""),
    "CANCEL": (cut("rfc3665-3.8", 9), 9, "Nobody told Proxy 1 that the caller gives up", "RFC 3261 9.1"),
    "CANCEL not passed on": (
        cut("rfc3665-3.8", 11),
        11,
        "Proxy 1 was told in message 9 that the caller gives up, and did not cancel its own request to Proxy 2",
        "RFC 3261 16.10",
    ),
    "answer to CANCEL": (
        Played("rfc3665-3.8", (14,)),
        14,
        "Bob has to answer a CANCEL at once, whatever becomes of the INVITE",
        "RFC 3261 9.2, 17.1.2.2",
    ),
    "487": (cut("rfc3665-3.8", 15), 15, "end with a 487, which never came from Bob", "RFC 3261 9.1, 9.2"),
    "487 not passed on": (
        cut("rfc3665-3.8", 17),
        17,
        "Proxy 2 got the 487 in message 15 and did not pass it on. For Proxy 1 the INVITE is still open",
        "RFC 3261 16.7, 9.1",
    ),
    "answer not passed on": (
        Played("rfc3665-3.2", (14, 15, 16, 17)),
        14,
        "Proxy 1 got the answer in message 13 and did not pass it on. Alice does not know that the call was answered",
        "RFC 3261 16.7, 13.3.1.4",
    ),
    "180 not passed on": (
        Played("rfc3665-3.2", (11,)),
        11,
        "Proxy 1 got the 180 Ringing in message 10",
        "RFC 3261 16.7",
    ),
    "failure not passed on": (cut("rfc3665-3.9", 10), 10, "so Alice goes on waiting for an answer", "RFC 3261 16.7"),
    "INVITE not passed on": (
        Played("rfc3665-3.9", (4, 6, 7, 8, 9, 10, 11)),
        4,
        "Proxy 2 got the INVITE in message 2 and did not pass it on to Bob: the call ends here",
        "RFC 3261 16.6",
    ),
    "BYE not passed on": (
        cut("rfc3665-3.2", 19),
        19,
        "Proxy 1 does not learn that the other side hung up",
        "RFC 3261 16.6, 15.1.2",
    ),
    "re-INVITE not passed on": (
        Played("rfc5359-2.1", (11, 12, 13, 14, 15)),
        11,
        "Proxy got the re-INVITE in message 10 and did not pass it on to Alice.",
        "RFC 3261 16.6",
    ),
    "INVITE repeated": (Played("rfc3665-3.10", (11,)), 11, "Here it was repeated less often", "RFC 3261 17.1.1.2"),
    "try with credentials": (
        Played("rfc3665-2.1", (3, 4)),
        3,
        (
            "Bob was asked for credentials and did not try again: it has none for this realm, or did not "
            "accept the challenge. The challenge is message 2."
        ),
        "RFC 3261 22.2, 22.3",
    ),
    "hold": (Played("rfc5359-2.1", range(10, 16)), 10, "Alice was not put on hold", "RFC 3264 8.4"),
    "re-INVITE": (Played("rfc3665-3.7", (9, 10, 11)), 9, "The session was not changed here", "RFC 3261 14.1"),
    "INVITE": (Played("rfc3665-3.6", range(4, 17)), 4, "Alice did not call Bob here", "RFC 3261 13.2.1"),
    "BYE": (cut("rfc3665-3.1", 5), 5, "Nobody hung up in this trace", "RFC 3261 15, RFC 4028 10"),
    "PRACK": (
        Played(PRACK, (3, 4), adds={2: "RSeq: 1"}),
        3,
        (
            "Bob repeats its reliable provisional response until a PRACK confirms it, and refuses the call "
            "with a 5xx when none has come after 32 s (64*T1). It is message 2."
        ),
        "RFC 3262 3, 4",
    ),
    "REFER": (Played("rfc5359-2.4", (5, 6)), 5, "so the transfer did not begin", "RFC 3515 2.4.1"),
    "answer to REFER": (
        Played("rfc5359-2.4", (6, 7, 8, 15, 16)),
        6,
        "never said whether it takes the transfer on",
        "RFC 3515 2.4.2",
    ),
    "answer to REFER, but a NOTIFY": (
        Played("rfc5359-2.4", (6,)),
        6,
        "took the transfer on all the same. The NOTIFY in message 6 shows that.",
        "RFC 3515 2.4.2, 2.4.4",
    ),
    "NOTIFY of a transfer": (
        Played("rfc5359-2.4", (7, 8)),
        7,
        "Alice is not told what became of the transfer",
        "RFC 3515 2.4.4",
    ),
    "NOTIFY of a subscription": (
        Played(SUBSCRIPTION, (3, 4)),
        3,
        "Without it Alice does not know the state",
        "RFC 6665 4.2.1.2, 4.2.2",
    ),
    "SUBSCRIBE": (
        Played(SUBSCRIPTION, (1, 2)),
        1,
        "A SUBSCRIBE is there to ask to be told when a state changes",
        "RFC 6665 3.1",
    ),
    "REGISTER": (
        Played("rfc3665-2.2", (1, 2), more={2: "OPTIONS"}),
        1,
        "Bob did not ask SIP Server to register",
        "RFC 3261 10.2",
    ),
    "answer to BYE": (
        Played("rfc3665-3.1", (6,)),
        6,
        "Alice never confirmed the BYE. For Bob the call is over all the same, but Alice may not know it",
        "RFC 3261 15.1.1, 15.1.2",
    ),
    "answer after ringing": (
        cut("rfc3665-3.1", 3),
        3,
        (
            "Bob said that the call makes progress and never how it ended. No timer of the caller ends that: "
            "somebody has to give up, or a proxy does when its timer C runs out, after more than three "
            "minutes. The last that was heard of it is message 2."
        ),
        "RFC 3261 17.1.1.2, 16.8",
    ),
    "answer to INVITE": (
        Played("rfc3665-3.1", range(2, 7), again=((1, 0.5), (1, 1.5))),
        3,
        (
            "Bob never answered the INVITE. Alice gives up after 32 s (timer B), as if it had got a 408. So it"
            " was here: the INVITE came again in messages 2 and 3."
        ),
        "RFC 3261 17.1.1.2, 8.1.3.1",
    ),
    "answer to REGISTER": (Played("rfc3665-2.2", (2,)), 2, "The registrar never answered", "RFC 3261 10.2, 17.1.2.2"),
    "answer to SUBSCRIBE": (
        Played(SUBSCRIPTION, (2,)),
        2,
        "Bob never answered the SUBSCRIBE",
        "RFC 3261 17.1.2.2, 8.1.3.1",
    ),
    "180": (Played("rfc3665-3.1", (2,)), 2, "Nobody has to send a provisional response", "RFC 3261 13.3.1.1"),
    "lost, but answered": (
        Played("rfc3665-3.1", (5,)),
        5,
        "F6 200 OK (BYE) (message 5) cannot be there without it, so it was sent, and the capture missed it.",
        "RFC 3261 8.2.6",
    ),
    "lost, but confirmed": (
        Played("rfc3665-3.1", (3,)),
        3,
        "F4 ACK (message 3) cannot be there without it",
        "RFC 3261 13.2.2.4",
    ),
    "lost failure, but confirmed": (Played("rfc3665-3.9", (6,)), 6, "F7 ACK (message 6) cannot", "RFC 3261 17.1.1.3"),
    "lost, but passed on": (Played("rfc3665-3.2", (5,)), 5, "F7 INVITE (message 6) cannot be there", "RFC 3261 16.6"),
    "lost answer, but passed on": (Played("rfc3665-3.2", (13,)), 13, "F14 200 OK (message 13) cannot", "RFC 3261 16.7"),
    "lost challenge": (
        Played("rfc3665-2.1", (2,)),
        2,
        "F3 REGISTER (message 2) cannot be there without it",
        "RFC 3261 22.2, 22.3",
    ),
    "copy of what is missing": (
        cut("rfc3665-3.2", 18),
        19,
        "There was nothing to pass on: F18 BYE is missing as well.",
        "",
    ),
    "answer to what is missing": (
        cut("rfc3665-3.1", 5),
        6,
        "There was nothing to answer: F5 BYE is missing.",
        "RFC 3261 8.2.6",
    ),
    "ACK of what is missing": (cut("rfc3665-3.1", 3), 4, "There was nothing to confirm: F3 200 OK is missing.", ""),
    "487 without CANCEL": (cut("rfc3665-3.8", 13), 15, "It follows from F13 CANCEL, which is missing.", ""),
    "BYE of a refused call": (
        Played("rfc3665-3.1", (5, 6), says={3: "SIP/2.0 486 Busy Here"}),
        5,
        "F3 200 OK was not accepted, so the call never got that far.",
        "RFC 3261 13.2.2.3",
    ),
    "more repetitions": (
        Played("rfc3665-3.10", (9, 11)),
        11,
        "It is one more repetition: F9 INVITE again is missing",
        "",
    ),
    "a hop of the capture": (
        Played("rfc3665-3.2", (5, 13)),
        13,
        "It escaped the capture like F5 INVITE: F14 200 OK",
        "",
    ),
}


@pytest.mark.parametrize(("played", "step", "words", "rfc"), CASES.values(), ids=CASES)
def test_the_reason_of_a_missing_step(played: Played, step: int, words: str, rfc: str) -> None:
    why, section = said(played, step)
    assert words in why
    assert section == rfc or (not rfc and section.startswith("RFC "))
