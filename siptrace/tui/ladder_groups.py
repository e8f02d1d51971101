"""What belongs together in a ladder, said without colours: dialogs by letters, CSeq numbers, and forks."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING

from siptrace.render.colours import COLOURS

if TYPE_CHECKING:
    from siptrace.ladder.model import Arrow, Ladder

__all__ = ["Groups"]

_GAP = 1
"""Cells between what an arrow belongs to and what follows."""


class Groups:
    """What each arrow of a ladder belongs to: its dialog or CSeq number where colours stand for that.

    Dialogs have letters in the order in which they come, and have them also where an INVITE forked: the responses
    of one transaction are then of several dialogs, each with a To tag of its own (RFC 3261 12.1, 13.2.2.4).
    """

    def __init__(self, ladder: Ladder, colours: str = COLOURS[0]) -> None:
        """Look at all arrows of a ladder; `colours` is what its colours stand for."""
        dialogs = dict.fromkeys(arrow.dialog for arrow in ladder.arrows if arrow.dialog is not None)
        self._letters = {dialog: _letter(place) for place, dialog in enumerate(dialogs)}
        early, answered = _forked(ladder)
        self._forked = [self._letters[dialog] for dialog in early]
        self._answered = [self._letters[dialog] for dialog in answered]
        self._shown = colours if colours != COLOURS[0] else "dialog" if early else ""
        longest = max((len(self._of(arrow)) for arrow in ladder.arrows), default=0)
        self.width = longest + _GAP if longest else 0

    def text(self, arrow: Arrow | None) -> str:
        """Return what an arrow belongs to, `width` cells wide; blanks where there is none."""
        return f"{'' if arrow is None else self._of(arrow):<{self.width}}"

    @property
    def fork(self) -> str:
        """What became of an INVITE that forked: `forked: dialogs a b, b answered`; nothing where none did."""
        if not self._forked:
            return ""
        answered = f", {' and '.join(self._answered)} answered" if self._answered else ""
        return f"forked: dialogs {' '.join(self._forked)}{answered}"

    def _of(self, arrow: Arrow) -> str:
        """Return the letter of an arrow's dialog, or its CSeq number."""
        if self._shown == "dialog" and arrow.dialog is not None:
            return self._letters[arrow.dialog]
        return str(arrow.cseq) if self._shown == "cseq" and arrow.cseq is not None else ""


def _forked(ladder: Ladder) -> tuple[list[int], list[int]]:
    """Return the dialogs that INVITEs which forked led to, and those of them that were answered, as they come."""
    by_transaction: dict[int | None, dict[int, bool]] = {}
    for arrow in ladder.arrows:
        if arrow.method == "INVITE" and arrow.dialog is not None and arrow.status is not None:
            dialogs = by_transaction.setdefault(arrow.transaction, {})
            dialogs[arrow.dialog] = dialogs.get(arrow.dialog, False) or arrow.status // 100 == 2
    found: dict[int, bool] = {}
    for dialogs in by_transaction.values():
        if len(dialogs) > 1:
            found |= dialogs
    return list(found), [dialog for dialog, answered in found.items() if answered]


def _letter(place: int) -> str:
    """Return a letter for a place, two from the 27th on."""
    more, last = divmod(place, len(ascii_lowercase))
    return (_letter(more - 1) if more else "") + ascii_lowercase[last]
