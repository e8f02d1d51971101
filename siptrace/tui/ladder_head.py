"""What the head of a ladder screen says: what the ladder is, where the cursor is, what is not as at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.ladder.fold import Fold
from siptrace.render.cells import cells, fit, pad, visible
from siptrace.render.headings import heading
from siptrace.render.words import count_of
from siptrace.tui.ladder_panes import TALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.geometry import Size

    from siptrace.ladder.model import Ladder
    from siptrace.tui.ladder_subject import Wanted
    from siptrace.tui.ladder_view import Look

__all__ = ["found_text", "head_lines", "shown_text"]

_HIGH = 30
"""Lines of a screen from which on the head says all that it can."""

_COLOUR_NAMES = {"class": "kind", "dialog": "dialog", "cseq": "CSeq"}


def head_lines(ladder: Ladder, states: Sequence[str], size: Size) -> list[str]:
    """Return the lines of the head on a screen of a size; `states` stand on the right of the first one."""
    width, height = max(size.width - 2, 10), size.height
    plain = list(heading(ladder._replace(reference=None), width))
    flow = list(heading(ladder, width))[len(plain) :]
    state = fit(" · ".join(states), width // 2)
    first = pad(plain[0], width - cells(state) - 2) + "  " + state
    rest = plain[1:] if height >= _HIGH else []
    lines = [first, *rest, *flow[: None if height >= _HIGH else 2 if height >= TALL else 1]]
    return [fit(line, width) for line in lines]


def found_text(found: Sequence[int], cursor: int, missing: int) -> list[str]:
    """Return how many findings there are, or which one the cursor is on; `missing` are steps that are not shown."""
    parts = [f"finding {found.index(cursor) + 1} of {len(found)}"] if cursor in found else []
    parts = parts or ([count_of(len(found), "finding")] if found else [])
    return [*parts, f"{count_of(missing, 'step')} missing (m)"] if missing else parts


def shown_text(wanted: Wanted, look: Look, first: Look, text: str) -> list[str]:
    """Return what is not as it was at first; `text` is what was looked for."""
    parts = ["one Call-ID"] if wanted.call_id is not None else []
    parts += [wanted.fold.value] if wanted.fold is not Fold.NOTHING else []
    parts += ["only SDP"] if wanted.only_sdp else []
    parts += ["no names"] if not wanted.names else []
    parts += ["no SDP"] if not look.sdp else []
    parts += [str(look.times)] if look.times is not first.times else []
    parts += [f"colours: {_COLOUR_NAMES[look.colours]}"] if look.colours != first.colours else []
    return [*parts, f"/{visible(text)}"] if text else parts
