"""Standard error: one line a problem, however often it occurs and whatever the bytes say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from siptrace.cli.diagnostics import guarded, report, say
from siptrace.errors import Anomaly, AnomalyCode, AnomalyLog, MissingInput, UsageError
from tests.cli.running import CALL, siptrace

if TYPE_CHECKING:
    from pathlib import Path


def test_anomalies_are_a_line_each_and_safe_to_print(capsys: pytest.CaptureFixture[str]) -> None:
    log = AnomalyLog()
    log.add(Anomaly(AnomalyCode.CUT_TAIL, 0, "\x1b[2J\n"))
    log.add(Anomaly(AnomalyCode.TCP_GAP, 7, source=1))
    report(log, ["a.pcap", "b.pcap"])
    assert capsys.readouterr().err.splitlines() == [
        "siptrace: the file ends inside a record: \\x1b[2J\\n",
        "siptrace: bytes of a TCP stream are missing from the capture (frame 7 of b.pcap)",
    ]


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
