"""Standard error: one line a problem, however often it occurs and whatever the bytes say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from siptrace.cli.diagnostics import guarded, report, say
from siptrace.errors import KEPT_PER_CODE, Anomaly, AnomalyCode, AnomalyLog, MissingInput, UsageError
from tests.cli.running import CALL, siptrace

if TYPE_CHECKING:
    from pathlib import Path


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
    "hostile": ([Anomaly(AnomalyCode.CUT_TAIL, 0, "\x1b[2J\n")], ["the file ends inside a record: \\x1b[2J\\n"]),
}


@pytest.mark.parametrize(("anomalies", "lines"), SAID.values(), ids=SAID)
def test_anomalies_are_summarised_once_per_code(
    anomalies: list[Anomaly], lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    report(logged(*anomalies))
    assert capsys.readouterr() == ("", "".join(f"siptrace: {line}\n" for line in lines))


def test_one_of_several_files_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    report(logged(Anomaly(AnomalyCode.CUT_TAIL, 7, source=1)), ["a.pcap", "b.pcap"])
    assert capsys.readouterr().err == "siptrace: the file ends inside a record (frame 7 of b.pcap)\n"


def test_say_never_breaks_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\nb\x1b")
    assert capsys.readouterr().err == "siptrace: a\\nb\\x1b\n"


ENDS: dict[str, tuple[BaseException, int, str]] = {
    "usage": (UsageError("No."), 2, "siptrace: No.\n"),
    "input": (MissingInput("x: gone"), 3, "siptrace: x: gone\n"),
    "click": (click.UsageError("Bad word."), 2, "siptrace: Bad word. See `siptrace -h`.\n"),
    "interrupted": (KeyboardInterrupt(), 130, "siptrace: interrupted\n"),
    "aborted": (click.Abort(), 130, "siptrace: interrupted\n"),
    "no reader": (BrokenPipeError(), 0, ""),
}


@pytest.mark.parametrize(("error", "code", "said"), ENDS.values(), ids=ENDS)
def test_errors_become_exit_codes(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, guarded():
        raise error
    assert ended.value.code == code
    assert capsys.readouterr() == ("", said)


def test_a_bug_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), guarded():
        raise ZeroDivisionError


def test_a_cut_capture_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "cut.pcap"
    with open(CALL, "rb") as file:  # noqa: PTH123  (a str by contract of `running`)
        path.write_bytes(file.read()[:-10])
    code, out, err = siptrace("calls", str(path))
    assert code == 0
    assert len(out.splitlines()) == 2
    assert err.startswith("siptrace: the file ends inside a record")
    assert err.count("\n") == 1
