"""What belongs together in a ladder: letters of dialogs, CSeq numbers, and what is said of a fork."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siptrace.ladder.build import build_ladder
from siptrace.tui.ladder_groups import Groups
from siptrace.tui.ladder_screen import LadderScreen
from tests.messages import Sent, ack_2xx, in_dialog, invite, response_to, trace_of
from tests.tui.showing import flow, see

if TYPE_CHECKING:
    from siptrace.ladder.model import Ladder

CALL = invite()


def ladder(*sent: Sent) -> Ladder:
    """Return the ladder of a call."""
    return build_ladder(trace_of(sent).call(1))


def shown(drawn: Ladder, colours: str) -> list[str]:
    """Return what each arrow belongs to."""
    groups = Groups(drawn, colours)
    return [groups.text(arrow) for arrow in drawn.arrows]


RINGS = [response_to(CALL, 180, tag=tag) for tag in ("one", "two", "one")]
FORKED = ladder(CALL, response_to(CALL, 100, tag=""), *RINGS, response_to(CALL, 200, tag="two"))
PLAIN = ladder(CALL, response_to(CALL, 180), response_to(CALL, 200), ack_2xx(CALL), in_dialog(CALL, "BYE"))


def test_dialogs_have_letters_in_the_order_in_which_they_come() -> None:
    assert shown(FORKED, "dialog") == ["  ", "  ", "a ", "b ", "a ", "b "]
    assert shown(PLAIN, "dialog") == ["  ", "a ", "a ", "a ", "a "]


def test_a_fork_is_seen_whatever_the_colours_stand_for() -> None:
    assert shown(FORKED, "class") == shown(FORKED, "dialog")
    assert Groups(FORKED).fork == "forked: dialogs a b, b answered"


def test_a_plain_call_has_no_letters_unless_they_are_wanted() -> None:
    assert set(shown(PLAIN, "class")) == {""}
    assert Groups(PLAIN).width == 0
    assert Groups(PLAIN).fork == ""


def test_cseq_numbers() -> None:
    assert shown(PLAIN, "cseq") == ["1 ", "1 ", "1 ", "1 ", "2 "]


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ((180, "one", 183, "two"), "forked: dialogs a b"),
        ((200, "one", 200, "two"), "forked: dialogs a b, a and b answered"),
        ((180, "one", 200, "one"), ""),
    ],
)
def test_what_is_said_of_a_fork(tags: tuple[int | str, ...], said: str) -> None:
    answers = [response_to(CALL, int(status), tag=str(tag)) for status, tag in zip(tags[::2], tags[1::2], strict=True)]
    assert Groups(ladder(CALL, *answers)).fork == said


def test_many_dialogs_have_two_letters() -> None:
    rings = [response_to(CALL, 180, tag=f"t{number}") for number in range(60)]
    letters = [text.strip() for text in shown(ladder(CALL, *rings), "dialog")][1:]
    assert (letters[0], letters[25], letters[26], letters[52]) == ("a", "z", "aa", "ba")
    assert len(set(letters)) == len(letters)


def test_the_screen_shows_letters_and_says_what_became_of_the_fork() -> None:
    found = see(LadderScreen(flow("rfc5359-2.9"), [1]), size=(120, 40))
    assert "forked: dialogs a b c, c answered" in found[0]
    assert any(line.startswith(" c 21 ") for line in found)
    turned = see(LadderScreen(flow("rfc3665-3.1"), [1]), "c", "c", size=(120, 40))
    assert any(line.startswith(" 1 1 ") for line in turned)
