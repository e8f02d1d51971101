"""How these tests read captures into a table: the plain way, or through a `Bulk`; and what there is to compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siptrace.errors import AnomalyLog
from siptrace.ingest.open import open_sources
from siptrace.table.bulk import KERNEL, Bulk
from siptrace.table.columns import COLUMNS, Flag, MessageTable
from siptrace.table.scan import scan
from tests.kernels import loaded

if TYPE_CHECKING:
    from pathlib import Path

    from siptrace.errors import Anomaly
    from siptrace.ingest.datagram import Datagram
    from siptrace.table.scan import Memo

__all__ = ["Told", "compiled", "plain", "rows_of", "same"]

TEXTS = ("method", "start", "call_id", "from_tag", "to_tag", "branch", "sent_by", "from_uri", "to_uri", "src", "dst")

Row = dict[str, Any]


@dataclass
class Told:
    """What was read: rows in the order of reading, what was wrong, and how many rows went the plain way."""

    rows: list[Row]
    anomalies: list[Anomaly]
    by_plain: int


def rows_of(table: MessageTable) -> list[Row]:
    """Return the rows of a table in its order: numbers, texts instead of their numbers, and the raw bytes."""
    columns: dict[str, list[Any]] = {name: list(getattr(table, name)) for name in COLUMNS}
    for name in TEXTS:
        columns[name] = [table.texts(name)[number] for number in columns[name]]
    columns["offset"] = [
        None if flags & Flag.ASIDE else offset for flags, offset in zip(table.flags, table.offset, strict=True)
    ]
    columns["raw"] = [table.raw(row) for row in range(len(table))]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


class Counting(Bulk):
    """A Bulk that counts what came the plain way."""

    added = 0

    def add(self, source: int, datagram: Datagram) -> None:
        self.added += 1
        super().add(source, datagram)


def plain(*paths: Path) -> Told:
    """Read files the plain way."""
    return _read(paths, None)


def compiled(*paths: Path, after: int = 0) -> Told:
    """Read files through a Bulk, from the first window on with which more than `after` bytes were seen."""
    return _read(paths, after)


def _read(paths: tuple[Path, ...], after: int | None) -> Told:
    table, anomalies = MessageTable(), AnomalyLog()
    memo: Memo = {}
    bulk: Counting | None = None

    def bulk_for(seen: int) -> Bulk | None:
        nonlocal bulk
        if bulk is None and after is not None and seen > after:
            loaded(KERNEL)
            bulk = Counting(table, memo)
        return bulk

    reader = open_sources(paths, anomalies)
    reader.bulk_for = bulk_for
    by_plain = 0
    for source, datagram in reader:
        if bulk is None:
            table.append(source, datagram, scan(datagram.payload, memo))
            by_plain += 1
        else:
            bulk.add(source, datagram)
    if bulk is not None:
        bulk.finish()
        by_plain += bulk.added
    table.sources.extend(reader.sources)
    assert {len(getattr(table, name)) for name in COLUMNS} == {len(table)}
    return Told(rows_of(table), anomalies.kept, by_plain)


def same(found: Told, expected: Told) -> None:
    """Hold that two readings are the same: rows, their order, their bytes, and what was wrong.

    A pcapng window is walked before it is decoded, so anomalies of the two may come in another order.
    """
    assert len(found.rows) == len(expected.rows)
    for mine, theirs in zip(found.rows, expected.rows, strict=True):
        assert mine == theirs

    def key(anomaly: Anomaly) -> tuple[Any, ...]:
        return anomaly.source, anomaly.frame, anomaly.code, anomaly.detail, anomaly.data

    assert sorted(found.anomalies, key=key) == sorted(expected.anomalies, key=key)
