"""What was wrong with files: a line a kind, however often it occurs."""

from __future__ import annotations

import pytest

from siptrace.errors import KEPT_PER_CODE, Anomaly, AnomalyCode, AnomalyLog
from siptrace.render.anomalies import anomaly_lines


def logged(*anomalies: Anomaly) -> AnomalyLog:
    """Return a log of some anomalies."""
    log = AnomalyLog()
    for anomaly in anomalies:
        log.add(anomaly)
    return log


SAID: dict[str, tuple[list[Anomaly], list[str]]] = {
    "nothing": ([], []),
    "once": ([Anomaly(AnomalyCode.CUT_TAIL, 7)], ["the file ends inside a record (frame 7)"]),
    "without a frame": ([Anomaly(AnomalyCode.CUT_TAIL)], ["the file ends inside a record"]),
    "with detail": (
        [Anomaly(AnomalyCode.TCP_GAP, 3, "10 bytes")],
        ["bytes of a TCP stream are missing from the capture (frame 3): 10 bytes"],
    ),
    "often": (
        [Anomaly(AnomalyCode.CUT_TAIL, 7, "x"), Anomaly(AnomalyCode.CUT_TAIL, 9, "y")],
        ["the file ends inside a record, 2 times; first (frame 7): x"],
    ),
    "more often than is kept": (
        [Anomaly(AnomalyCode.CUT_TAIL, n) for n in range(1, KEPT_PER_CODE + 11)],
        [f"the file ends inside a record, {KEPT_PER_CODE + 10} times; first (frame 1)"],
    ),
    "several": (
        [Anomaly(AnomalyCode.TCP_GAP), Anomaly(AnomalyCode.CUT_TAIL), Anomaly(AnomalyCode.TCP_GAP)],
        ["the file ends inside a record", "bytes of a TCP stream are missing from the capture, 2 times; first"],
    ),
}


@pytest.mark.parametrize(("anomalies", "lines"), SAID.values(), ids=SAID)
def test_anomalies_are_summarised_once_per_code(anomalies: list[Anomaly], lines: list[str]) -> None:
    assert list(anomaly_lines(logged(*anomalies))) == lines


def test_one_of_several_files_is_named() -> None:
    found = logged(Anomaly(AnomalyCode.CUT_TAIL, 7, source=1))
    assert list(anomaly_lines(found, ["a.pcap", "b.pcap"])) == ["the file ends inside a record (frame 7 of b.pcap)"]
