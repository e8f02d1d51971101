"""From a ladder to sheets: where every line and letter of a picture stands.

Lanes stand as far apart as the longest label between them needs, up to a limit, beyond which labels are cut. A row is
as high as what it says: its label over the arrow, what its session description says under it. Nothing overlaps, and
nothing leaves the sheet.
"""

from __future__ import annotations

from itertools import count, pairwise
from typing import TYPE_CHECKING, NamedTuple

from siptrace.ladder.model import DEVIATIONS, Arrow, Mark, Media
from siptrace.render.cells import visible
from siptrace.render.colours import ink_of, legend
from siptrace.render.headings import said_of, said_under
from siptrace.render.labels import label_of, lines_under
from siptrace.render.measure import Face, cut, measure, wrap
from siptrace.render.sheet import Label, Panel, Sheet, Stroke
from siptrace.render.times import clock, delta

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siptrace.ladder.model import Ladder, Lane, Row

__all__ = ["sheet_of", "sheets_of"]

_TITLE, _SAID = Face(14, bold=True), Face(9.5)
_NAME, _ADDRESS, _PART = Face(11, bold=True), Face(8.5, mono=True), Face(9, italic=True)
_LABEL, _UNDER, _NOTE, _GUTTER = Face(10.5), Face(8.5, mono=True), Face(9.5, italic=True), Face(8.5, mono=True)

_MARGIN = 18.0
_LEAST_WIDTH = 460.0
"""A title wants some room, however few the lanes are."""
_MOST_HEAD, _MOST_GAP = 190.0, 330.0
"""Points that the head of a lane takes at most, and that two lanes stand apart; longer texts are cut."""
_LEAST_GAP = 96.0
_ROOMY = 900.0
"""Points that all lanes together may take for the sake of what stands under arrows: a sheet that still prints well."""
_TIP = 26.0
"""Points of an arrow that its label leaves free: the head, and a little of the shaft."""
_LOOP = 26.0
"""Points that an arrow goes to the right which ends where it began."""
_COLUMN = 9.0
"""Points between two columns of the gutter."""
_LINE, _BASE, _STEP = 9.0, 17.0, 11.0
"""In a row: the middle of its label, its arrow, and from there one line under it."""


_FLAG = 9.0
"""Points from the left of the bar beside what leaves the reference flow."""

_Points = tuple[tuple[float, float], ...]


class _Block(NamedTuple):
    """A part of the drawing by itself, from y = 0 on."""

    height: float
    labels: tuple[Label, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    panels: tuple[Panel, ...] = ()


def sheet_of(ladder: Ladder, *, colours: str = "class", sdp: bool = True) -> Sheet:
    """Return the whole ladder on one sheet; `colours` is what an ink stands for, see `siptrace.render.colours`."""
    plan = _Plan(ladder, colours, sdp)
    return plan.sheet([plan.title(), plan.heads()], list(plan.rows()), [plan.foot(), plan.legend()])


def sheets_of(ladder: Ladder, tall: float, *, colours: str = "class", sdp: bool = True) -> list[Sheet]:
    """Return the ladder on as many sheets as it needs, `tall` times as high as wide at most; each has the heads."""
    plan = _Plan(ladder, colours, sdp)
    head, foot = [plan.title(), plan.heads()], [plan.foot(), plan.legend()]
    most = plan.width * tall - 2 * _MARGIN
    sheets: list[Sheet] = []
    page: list[_Block] = []
    left = most - _height(head)
    for row in plan.rows():
        if page and row.height > left:
            sheets.append(plan.sheet(head, page, []))
            page, head = [], [plan.heads()]
            left = most - _height(head)
        page.append(row)
        left -= row.height
    if page and _height(foot) > left:
        sheets.append(plan.sheet(head, page, []))
        return [*sheets, plan.sheet([], [], foot)]
    return [*sheets, plan.sheet(head, page, foot)]


def _height(blocks: Sequence[_Block]) -> float:
    """Return the height of blocks under each other."""
    return sum(block.height for block in blocks)


class _Plan:
    """The columns of a ladder's picture, and the blocks that stand in them."""

    def __init__(self, ladder: Ladder, colours: str, sdp: bool) -> None:
        """Measure everything."""
        self.ladder, self.colours, self.sdp = ladder, colours, sdp
        self.columns = list(_gutter(ladder))
        begin = _MARGIN + sum(width + _COLUMN for _, width, _ in self.columns)
        heads = [_head_width(lane) for lane in ladder.lanes] or [0.0]
        gaps = self._gaps(heads)
        self.lanes = [begin + heads[0] / 2]
        for gap in gaps:
            self.lanes.append(self.lanes[-1] + gap)
        right = max(self.lanes[-1] + heads[-1] / 2, *map(self._right_of, ladder.rows), 0.0)
        self.width = max(right + _MARGIN, _LEAST_WIDTH)

    def _gaps(self, heads: list[float]) -> list[float]:
        """Return how far each lane stands from the next; labels over several gaps share what they lack among them."""
        gaps = [max((left + right) / 2 + 10, _LEAST_GAP) for left, right in pairwise(heads)]
        wanted = [(end - begin, begin, end, need) for begin, end, need in map(self._need, self.ladder.rows) if need]
        for span, begin, end, need in sorted(wanted):
            lack = min(need, _MOST_GAP * span) - sum(gaps[begin:end])
            for gap in range(begin, end) if lack > 0 else ():
                gaps[gap] += lack / span
        return gaps

    def _need(self, row: Row) -> tuple[int, int, float]:
        """Return between which lanes a row's label stands, and the points that it wants there; 0 for none."""
        if isinstance(row, Arrow) and row.source != row.target:
            begin, end = sorted((row.source, row.target))
            # What stands under an arrow may cross the lines of other lanes; it widens the gaps of a sheet of few.
            most = _ROOMY / (len(self.ladder.lanes) - 1) * (end - begin)
            under = (min(measure(text, _UNDER) + 14, most) for text in lines_under(row, sdp=self.sdp))
            return begin, end, max((measure(label_of(row), _LABEL) + _TIP, *under))
        if isinstance(row, Media) and row.left != row.right:
            begin, end = sorted((row.left, row.right))
            return begin, end, measure(visible(row.label), _LABEL) + _TIP
        return 0, 0, 0.0

    def _right_of(self, row: Row) -> float:
        """Return how far right a row goes beyond its lanes: lines under an arrow, and labels beside a loop."""
        if not isinstance(row, Arrow):
            return 0.0
        left = self.lanes[min(row.source, row.target)] + 6
        texts = [min(measure(text, _UNDER), 2 * _MOST_GAP) for text in lines_under(row, sdp=self.sdp)]
        loop = left + _LOOP + min(measure(label_of(row), _LABEL), _MOST_GAP) if row.source == row.target else 0.0
        return max(left + max(texts, default=0.0), loop)

    def sheet(self, head: Sequence[_Block], rows: Sequence[_Block], foot: Sequence[_Block]) -> Sheet:
        """Return blocks under each other, with the lines of the lanes along the rows."""
        labels: list[Label] = []
        strokes: list[Stroke] = []
        panels: list[Panel] = []
        top = _MARGIN + _height(head)
        bottom = top + _height(rows)
        strokes += [Stroke(((lane, top), (lane, bottom)), "lane") for lane in self.lanes if rows]
        y = _MARGIN
        for block in (*head, *rows, *foot):
            labels += [label._replace(y=label.y + y) for label in block.labels]
            panels += [panel._replace(y=panel.y + y) for panel in block.panels]
            strokes += [s._replace(points=tuple((x, at + y) for x, at in s.points)) for s in block.strokes]
            y += block.height
        says = "; ".join(visible(text) for text in said_of(self.ladder)[1:])
        title = visible(self.ladder.title)
        return Sheet(self.width, y + _MARGIN, title, says, tuple(panels), tuple(strokes), tuple(labels))

    def title(self) -> _Block:
        """Return what the ladder is."""
        room = self.width - 2 * _MARGIN
        first, *others = [visible(text) for text in said_of(self.ladder)]
        lines = [(text, _TITLE, "text", 18.0) for text in wrap(first, _TITLE, room, 3)]
        lines += [(text, _SAID, "faint", 13.0) for said in others for text in wrap(said, _SAID, room, 3)]
        return _lines(lines, after=8.0)

    def heads(self) -> _Block:
        """Return who stands on the lanes."""
        texts = [_head_texts(lane) for lane in self.ladder.lanes]
        height = 14.0 * max(map(len, texts), default=0) + 8
        labels, panels = [], []
        for x, lines in zip(self.lanes, texts, strict=False):
            width = min(max((measure(text, face) for text, face in lines), default=0.0) + 14, _MOST_HEAD)
            panels.append(Panel(x - width / 2, 0.0, width, height, "head"))
            top = (height - 14.0 * len(lines)) / 2 + 7
            for index, (text, face) in enumerate(lines):
                ink = "text" if face.bold else "faint"
                labels.append(Label(x, top + 14 * index, cut(text, face, _MOST_HEAD - 14), "middle", face, ink))
        return _Block(height, tuple(labels), (), tuple(panels))

    def rows(self) -> Iterator[_Block]:
        """Yield the rows of the ladder."""
        numbers = count()
        for row in self.ladder.rows:
            if isinstance(row, Arrow):
                yield self._arrow(row, f"arrow-{next(numbers)}")
            elif isinstance(row, Media) and row.left != row.right:
                yield self._media(row)
            else:
                yield self._note(row.label if isinstance(row, Media) else row.text)

    def _note(self, said: str) -> _Block:
        """Return a remark between arrows."""
        text = cut(visible(said), _NOTE, self.width - 2 * _MARGIN)
        half = measure(text, _NOTE) / 2
        middle = min(max((self.lanes[0] + self.lanes[-1]) / 2, _MARGIN + half), self.width - _MARGIN - half)
        return _Block(20.0, (Label(middle, 11.0, text, "middle", _NOTE, "faint", "paper"),))

    def _arrow(self, arrow: Arrow, name: str) -> _Block:
        """Return an arrow with its label, what is under it, and the gutter."""
        ink = ink_of(arrow, self.colours)
        ghost = Mark.MISSING in arrow.marks
        begin, end = self.lanes[arrow.source], self.lanes[arrow.target]
        left = min(begin, end)
        dashed, wide = ghost or Mark.OPTIONAL in arrow.marks, 0.8 if Mark.RETRANSMISSION in arrow.marks else 1.2
        if begin == end:
            points: _Points = ((begin, 5.0), (begin + _LOOP, 5.0), (begin + _LOOP, _BASE), (begin, _BASE))
            text = cut(label_of(arrow), _LABEL, _MOST_GAP)
            label = Label(begin + _LOOP + 6, 11.0, text, "start", _LABEL, ink, "paper", name)
        else:
            points = ((begin, _BASE), (end, _BASE))
            text = cut(label_of(arrow), _LABEL, abs(end - begin) - _TIP + 8)
            label = Label((begin + end) / 2, _LINE, text, "middle", _LABEL, ink, "paper", name)
        stroke = Stroke(points, ink, head=True, dashed=dashed, wide=wide, name=name, says=self._says(arrow))
        under = [cut(text, _UNDER, self.width - _MARGIN - left - 6) for text in lines_under(arrow, sdp=self.sdp)]
        lines = [
            Label(left + 6, _BASE + _STEP * (index + 0.75), text, "start", _UNDER, "faint", "paper")
            for index, text in enumerate(under)
        ]
        height = _BASE + 6 + _STEP * len(under)
        flags = (
            [Stroke(((_FLAG, 2.0), (_FLAG, height - 2)), "failure", wide=3.0)] if DEVIATIONS & {*arrow.marks} else []
        )
        return _Block(height, (*self._beside(arrow), label, *lines), (stroke, *flags))

    def _says(self, arrow: Arrow) -> str:
        """Return an arrow in words."""
        source, target = (self.ladder.lanes[lane] for lane in (arrow.source, arrow.target))
        head = " ".join(text for text in (str(arrow.n or ""), arrow.step, clock(arrow.time_ns)) if text)
        return visible(
            f"{head}: {label_of(arrow)}, {source.alias or source.address} → {target.alias or target.address}"
        )

    def _beside(self, arrow: Arrow) -> Iterator[Label]:
        """Yield the labels of the gutter."""
        x = _MARGIN
        cells = {
            "n": str(arrow.n or ""),
            "step": arrow.step,
            "clock": clock(arrow.time_ns),
            "delta": delta(arrow.delta_ns),
        }
        for name, width, anchor in self.columns:
            if cells[name]:
                text = visible(cells[name])
                yield Label(x + width if anchor == "end" else x, _BASE - 1, text, anchor, _GUTTER, "faint")
            x += width + _COLUMN

    def _media(self, media: Media) -> _Block:
        """Return media: a double line with heads where it arrives, dotted where it stops."""
        begin, end = self.lanes[media.left], self.lanes[media.right]
        text = cut(visible(media.label), _LABEL, abs(end - begin) - _TIP + 8)
        ends = ((media.left, begin, end), (media.right, end, begin))
        heads = [(here, 1 if other > here else -1) for lane, here, other in ends if set(media.senders) - {lane}]
        inner = [here + 8 * (here in dict(heads)) * (1 if other > here else -1) for _, here, other in ends]
        strokes = [
            Stroke(((inner[0], y), (inner[1], y)), "media", dashed=not heads, wide=0.9)
            for y in (_BASE - 1.6, _BASE + 1.6)
        ]
        strokes += [
            Stroke(((here + 14 * way, _BASE), (here, _BASE)), "media", head=True, wide=0.1) for here, way in heads
        ]
        middle = (begin + end) / 2
        label = Label(middle, _LINE, text, "middle", _LABEL, "media", "paper")
        return _Block(_BASE + 8, (label,), tuple(strokes))

    def foot(self) -> _Block:
        """Return the remarks under the drawing."""
        room = self.width - 2 * _MARGIN
        lines = []
        for title, texts in said_under(self.ladder):
            lines.append(("", _SAID, "text", 6.0))
            lines.append((cut(visible(title), Face(10.5, bold=True), room), Face(10.5, bold=True), "text", 14.0))
            for text in texts:
                lines += [(part, _SAID, "text", 13.0) for part in wrap(f"· {visible(text)}", _SAID, room, 20)]
        return _lines(lines, after=0.0)

    def legend(self) -> _Block:
        """Return what the inks stand for: those that are in this ladder."""
        x, y, labels, strokes = _MARGIN, 20.0, [], []
        for ink, text, dashed in legend(self.ladder, self.colours):
            width = 24 + measure(text, _SAID) + 14
            if x > _MARGIN and x + width > self.width - _MARGIN:
                x, y = _MARGIN, y + 14
            strokes.append(Stroke(((x, y), (x + 18, y)), ink, head=True, dashed=dashed, wide=1.2))
            labels.append(Label(x + 24, y, text, "start", _SAID, "faint"))
            x += width
        return _Block(y + 6 if labels else 0.0, tuple(labels), tuple(strokes))


def _lines(lines: Sequence[tuple[str, Face, str, float]], after: float) -> _Block:
    """Return lines of text under each other: text, face, ink and height of each."""
    labels, y = [], 0.0
    for text, face, ink, height in lines:
        if text:
            labels.append(Label(_MARGIN, y + height / 2, text, "start", face, ink))
        y += height
    return _Block(y + after if lines else 0.0, tuple(labels))


def _gutter(ladder: Ladder) -> Iterator[tuple[str, float, str]]:
    """Yield the columns left of the drawing: what stands there, points, and on which side."""
    one = measure("0", _GUTTER)
    if not ladder.is_flow:
        yield "n", one * len(str(max((arrow.n or 1 for arrow in ladder.arrows), default=1))), "end"
    if steps := max((len(arrow.step) for arrow in ladder.arrows), default=0):
        yield "step", one * steps, "start"
    if any(arrow.time_ns is not None for arrow in ladder.arrows):
        yield "clock", one * 12, "start"
        yield "delta", one * 7, "end"


def _head_texts(lane: Lane) -> list[tuple[str, Face]]:
    """Return the lines of a lane's head."""
    parts = ((lane.alias, _NAME), (lane.address, _ADDRESS), (f"({lane.part})" if lane.part else "", _PART))
    return [(visible(text), face) for text, face in parts if text]


def _head_width(lane: Lane) -> float:
    """Return the points that a lane's head takes."""
    return min(max((measure(text, face) for text, face in _head_texts(lane)), default=0.0) + 14, _MOST_HEAD)
