"""The list of calls as bytes, for lists so long that a text for every cell is what takes the time.

The same lines as `siptrace.render.listing.call_columns` in columns: a column is the few texts that its cells have and
which of them each call has, and lines are put together as bytes, some at a time. Whatever is not plain (a text that is
not ASCII, or very long) is left to the other way.

Importing this module imports numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from siptrace.ingest.datagram import NO_TIME
from siptrace.reconstruct.call import last_seen, state_of
from siptrace.reconstruct.transaction import TIMEOUT
from siptrace.render.cells import visible
from siptrace.render.listing import CALL_HEADS, RIGHT, count_text, flow_text, start_texts, state_text, talk_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from siptrace.correlate.survey import Survey
    from siptrace.reconstruct.overview import Overview

    Ints = NDArray[np.int64]
    Bytes = NDArray[np.uint8]

__all__ = ["long_list"]

_SECOND = 1_000_000_000
_WIDEST = 200
"""Cells of the widest column that is put together here."""

_PEOPLE = CALL_HEADS.index("from")
"""Where the two columns of people stand."""

_AT_ONCE = 1 << 19
"""Bytes of lines that are put together at once: as many as stay in the processor's cache."""

_BLANK, _COLON, _SEMICOLON, _NEWLINE = b" :;\n"


class _Column(NamedTuple):
    """The cells of one column: the bytes of texts behind each other, and where that of each call begins and ends."""

    text: Bytes
    begins: Ints
    ends: Ints


def long_list(overview: Overview, survey: Callable[[], Survey], chosen: Sequence[int] | None) -> Iterator[bytes] | None:
    """Return what yields the list of all calls, or of those `chosen` (from 0), as lines of UTF-8 under their heads.

    None where some text is not plain. `survey` returns the flows of the calls and is asked last, because they may still
    be being found.
    """
    count = len(overview.calls)
    calls = np.arange(count) if chosen is None else np.array(chosen, np.int64)
    if not len(calls):
        return None
    columns = _people(overview, calls)
    for place, (values, text) in enumerate(_values(overview, survey, calls)):
        columns.insert(place if place < _PEOPLE else place + 2, _coded(values, text))
    if any(_is_odd(column) for column in columns):
        return None
    return _lines(columns)


def _values(
    overview: Overview, survey: Callable[[], Survey], calls: Ints
) -> Iterator[tuple[Ints, Callable[[int], str]]]:
    """Yield for each column but those of people a number for each call, and what tells the text of a number."""
    table, found = overview.table, overview.calls
    phase, late, main, first, answered, end, asked, final = (
        np.frombuffer(column, np.dtype(code))[calls].astype(np.int64)
        for column, code in (
            (found.phase, "b"), (found.late, "B"), (found.main, "i"), (found.first_row, "i"),
            (found.answered_row, "i"), (found.end_row, "i"), (found.request_row, "i"), (found.final, "h"),
        )
    )  # fmt: skip
    time = table.numpy("time")
    yield calls + 1, str
    yield main, lambda number: visible(table.methods.text(number))
    expired = (asked >= 0) & (time[asked] != NO_TIME) & (time[-1] - time[asked] >= TIMEOUT)
    yield phase << 2 | late << 1 | expired, _state
    yield time[first] // _SECOND, _starts(time[np.frombuffer(found.first_row, np.int32)])
    talked = (answered >= 0) & (end >= 0) & (time[answered] != NO_TIME)
    yield np.where(talked, (time[end] - time[answered]) // _SECOND, NO_TIME), talk_text
    yield final, count_text
    yield np.diff(np.frombuffer(overview.starts, np.int32))[calls].astype(np.int64), str
    resent = np.frombuffer(overview.transactions.resent, np.uint8).nonzero()[0]
    yield np.bincount(np.frombuffer(found.of_row, np.int32)[resent], minlength=len(found))[calls], count_text
    flows = survey()
    kinds = np.frombuffer(flows.of_call, np.int32)[calls].astype(np.int64)
    yield kinds, lambda kind: visible(flow_text(flows.matches[kind]))


def _starts(times: Ints) -> Callable[[int], str]:
    """Return what tells the second at which a call began, by the times in ns at which all calls of the trace did."""
    known = times[times != NO_TIME] // _SECOND
    return start_texts(int(known.min()), int(known.max())) if len(known) else start_texts(0, 0)


def _state(code: int) -> str:
    """Return how a call stands whose phase is above two bits, which say that it is late and expired."""
    phase = code >> 2
    return state_text(state_of(phase, late=bool(code & 2), expired=bool(code & 1)), last_seen(phase))


def _coded(values: Ints, text: Callable[[int], str]) -> _Column:
    """Return the column of some values; the text of each is made once."""
    distinct, codes = _distinct(values)
    texts = [*map(text, distinct.tolist())]
    ends = np.fromiter(map(len, texts), np.int64).cumsum()
    begins = np.concatenate(([0], ends[:-1]))
    return _Column(np.frombuffer("".join(texts).encode(), np.uint8), begins[codes], ends[codes])


def _distinct(values: Ints) -> tuple[Ints, Ints]:
    """Return the different values, and which of them each is."""
    low, high = int(values.min()), int(values.max())
    if high - low > 4 * len(values) + 1000:
        distinct, codes = np.unique(values, return_inverse=True)
        return distinct, codes
    there = np.zeros(high - low + 1, np.bool_)
    there[values - low] = True
    return there.nonzero()[0] + low, (there.cumsum() - 1)[values - low]


def _people(overview: Overview, calls: Ints) -> list[_Column]:
    """Return the two columns of `siptrace.sip.uri.user_and_host` of From and To."""
    table = overview.table
    text, ends = table.uris.numpy()
    starts = np.concatenate(([0], ends[:-1]))  # text 0 is the empty one
    colons = _next(text, _COLON, starts)
    stops = np.minimum(_next(text, _SEMICOLON, colons), ends)
    named = colons + 1 < stops
    begins, ends = np.where(named, colons + 1, starts), np.where(named, stops, ends)
    first = np.frombuffer(overview.calls.first_row, np.int32)[calls]
    numbers = [table.numpy(name)[first] for name in ("from_uri", "to_uri")]
    return [_Column(text, begins[number], ends[number]) for number in numbers]


def _next(text: Bytes, byte: int, starts: Ints) -> Ints:
    """Return where a byte stands next from each place on, behind everything where it does not."""
    places = np.append((text == byte).nonzero()[0], len(text))
    return places[np.searchsorted(places, starts.clip(max=len(text)))]


def _is_odd(column: _Column) -> bool:
    """Return whether not every cell of a column is short, and printable ASCII."""
    return int((column.ends - column.begins).max()) > _WIDEST or bool(((column.text < 32) | (column.text > 126)).any())


def _lines(columns: list[_Column]) -> Iterator[bytes]:
    """Yield the lines of some columns, which are not odd, under their heads."""
    widths = [
        max(len(head), int((column.ends - column.begins).max()))
        for head, column in zip(CALL_HEADS, columns, strict=True)
    ]
    heads = [h.rjust(w) if i in RIGHT else h.ljust(w) for i, (h, w) in enumerate(zip(CALL_HEADS, widths, strict=True))]
    yield ("  ".join(heads).rstrip() + "\n").encode()
    width = sum(widths) + 2 * len(widths)
    pads = [np.full(wide, _BLANK, np.uint8) for wide in widths]
    cells = [
        np.lib.stride_tricks.sliding_window_view(np.concatenate((pad, column.text, pad)), len(pad))
        for pad, column in zip(pads, columns, strict=True)
    ]
    step = max(_AT_ONCE // width, 1)
    for first in range(0, len(columns[0].begins), step):
        part = [
            _Column(text, column.begins[first : first + step], column.ends[first : first + step])
            for text, column in zip(cells, columns, strict=True)
        ]
        yield _joined(part, widths, width)


def _joined(columns: list[_Column], widths: list[int], width: int) -> bytes:
    """Return some lines; `text` of a column has here, for each place, as many bytes from there on as a cell has."""
    lines = np.full((len(columns[0].begins), width), _BLANK, np.uint8)
    last, offset = np.zeros(len(lines), np.int64), 0
    for place, (column, wide) in enumerate(zip(columns, widths, strict=True)):
        sizes, across = column.ends - column.begins, np.arange(wide)
        if place in RIGHT:
            cells, outside = column.text[column.ends], across < (wide - sizes)[:, None]
            own = np.where(sizes > 0, wide, 0)
        else:
            cells, outside = column.text[column.begins + wide], across >= sizes[:, None]
            own = sizes
        np.putmask(cells, outside, _BLANK)
        lines[:, offset : offset + wide] = cells
        last = np.maximum(last, np.where(own > 0, offset + own, 0))
        offset += wide + 2
    lines[np.arange(len(lines)), last] = _NEWLINE
    return lines[np.arange(width) <= last[:, None]].tobytes()
