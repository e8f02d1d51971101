"""What was wrong with the files of a trace, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siptrace.errors import Anomaly, AnomalyCode, AnomalyLog

__all__ = ["anomaly_lines"]


def anomaly_lines(anomalies: AnomalyLog, paths: Sequence[str] = ()) -> Iterator[str]:
    """Yield a line for each kind of anomaly, with how often it came and where first; not yet safe to print.

    With several `paths` the place names the file as well.
    """
    first: dict[AnomalyCode, Anomaly] = {}
    for anomaly in anomalies.kept:
        first.setdefault(anomaly.code, anomaly)
    for code, times in sorted(anomalies.counts.items()):
        anomaly = first[code]
        file = f" of {paths[anomaly.source]}" if len(paths) > 1 else ""
        place = f" (frame {anomaly.frame}{file})" if anomaly.frame else ""
        often = "" if times == 1 else f", {times} times; first"
        detail = f": {anomaly.detail}" if anomaly.detail else ""
        yield f"{code.meaning}{often}{place}{detail}"
