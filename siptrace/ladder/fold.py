"""A ladder with less in it: messages that say nothing new left out, or everything at one address on one lane."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from siptrace.ingest.datagram import host_of
from siptrace.ladder.model import DEVIATIONS, Arrow, Mark, Media

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from siptrace.ladder.model import Ladder, Lane, Row

__all__ = ["Fold", "fold", "folds_of", "only_sdp", "without_names"]


class Fold(StrEnum):
    """What is folded; the value says it."""

    NOTHING = ""
    LANES = "one lane an address"
    REPEATS = "without retransmissions and 100"


def folds_of(ladder: Ladder) -> list[Fold]:
    """Return the folds that make a difference to a ladder, `NOTHING` first."""
    hosts = [host_of(lane.address) for lane in ladder.lanes if lane.address]
    useful = {
        Fold.NOTHING: True,
        Fold.LANES: len({*hosts}) < len(hosts),
        Fold.REPEATS: any(map(_says_nothing, ladder.arrows)),
    }
    return [kind for kind, is_useful in useful.items() if is_useful]


def fold(ladder: Ladder, kind: Fold) -> Ladder:
    """Return a ladder folded."""
    if kind is Fold.LANES:
        return _one_lane_an_address(ladder)
    return _of(ladder, lambda arrow: not _says_nothing(arrow)) if kind is Fold.REPEATS else ladder


def only_sdp(ladder: Ladder) -> Ladder:
    """Return a ladder of the messages that have a session description; remarks and media stay."""
    return _of(ladder, lambda arrow: arrow.sdp is not None)


def without_names(ladder: Ladder) -> Ladder:
    """Return a ladder whose lanes are called by their addresses alone, where they have one."""
    return ladder._replace(lanes=tuple(lane._replace(alias="") if lane.address else lane for lane in ladder.lanes))


def _says_nothing(arrow: Arrow) -> bool:
    """Return whether an arrow is a copy of an earlier one, or a 100 (which a proxy keeps to itself, RFC 3261 16.7).

    What leaves the reference flow always says something.
    """
    return (Mark.RETRANSMISSION in arrow.marks or arrow.status == 100) and not DEVIATIONS & {*arrow.marks}


def _of(ladder: Ladder, stays: Callable[[Arrow], bool]) -> Ladder:
    """Return a ladder with some of its arrows, and with the times between those."""
    return ladder._replace(rows=tuple(_rows(ladder.rows, stays)))


def _rows(rows: tuple[Row, ...], stays: Callable[[Arrow], bool]) -> Iterator[Row]:
    """Yield rows without some arrows."""
    before: int | None = None
    for row in rows:
        if not isinstance(row, Arrow):
            yield row
        elif stays(row):
            time = row.time_ns
            yield (
                row
                if row.n is None
                else row._replace(delta_ns=None if time is None or before is None else time - before)
            )
            before = before if row.n is None else time


def _one_lane_an_address(ladder: Ladder) -> Ladder:
    """Return a ladder in which the ports of an address share a lane, with the first name that one of them has."""
    groups: dict[str, list[int]] = {}
    for index, lane in enumerate(ladder.lanes):
        groups.setdefault(host_of(lane.address) or str(index), []).append(index)
    place = {index: at for at, group in enumerate(groups.values()) for index in group}

    def moved(row: Row) -> Row:
        if isinstance(row, Arrow):
            return row._replace(source=place[row.source], target=place[row.target])
        if not isinstance(row, Media):
            return row
        left, right = sorted((place[row.left], place[row.right]))
        return row._replace(left=left, right=right, senders=tuple(sorted({place[one] for one in row.senders})))

    lanes = tuple(_joined([ladder.lanes[index] for index in group]) for group in groups.values())
    return ladder._replace(lanes=lanes, rows=tuple(map(moved, ladder.rows)))


def _joined(lanes: list[Lane]) -> Lane:
    """Return several lanes as one."""
    if len(lanes) == 1:
        return lanes[0]
    alias, part = (
        next(filter(None, texts), "") for texts in zip(*((one.alias, one.part) for one in lanes), strict=True)
    )
    return lanes[0]._replace(alias=alias, address=host_of(lanes[0].address), part=part)
