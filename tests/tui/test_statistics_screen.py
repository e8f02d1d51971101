"""Statistics of the calls that are listed: the counts are right, and durations are told by rank."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.text import Text

from siptrace.trace import open_trace
from siptrace.tui import statistics_screen
from siptrace.tui.columns import CallRows
from siptrace.tui.statistics_screen import StatisticsScreen, counted, percentiles, statistics
from tests.tui.driving import PATHS, drive, lines, trace

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from siptrace.errors import SiptraceError

SECOND = 10**9


def test_counts_are_those_of_the_messages() -> None:
    found = trace()
    counts = counted(CallRows(found, found.survey), range(len(found.calls)))
    messages = list(found.messages)
    requests = [message for message in messages if message.is_request]
    assert sum(counts["Methods"].values()) == len(requests)
    assert sum(counts["Answers"].values()) == len(messages) - len(requests)
    assert counts["Methods"]["INVITE"] == sum(message.method == "INVITE" for message in requests)
    assert counts["Answers"]["486"] == sum(message.status == 486 for message in messages)
    assert sum(counts["States"].values()) == sum(counts["Flows"].values()) == len(found.calls)


def test_only_the_listed_calls_count() -> None:
    found = trace()
    assert sum(counted(CallRows(found), [5])["States"].values()) == 1


@pytest.mark.parametrize(
    ("talks", "text"),
    [
        ([], "none"),
        ([8 * SECOND], "median 0:08  90 % 0:08  99 % 0:08  longest 0:08"),
        ([n * SECOND for n in range(100, 0, -1)], "median 0:51  90 % 1:31  99 % 1:40  longest 1:40"),
    ],
)
def test_percentiles(talks: list[int], text: str) -> None:
    assert percentiles(talks) == text


def test_the_screen_shows_them() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("i")
        await pilot.pause()
        shown = "\n".join(lines(pilot))
        assert "6 calls" in shown
        for headline in ("States", "Methods", "Answers", "post-dial delay", "from answer to end"):
            assert headline in shown
        assert "median 0.156  90 % 32.180  99 % 32.180" in shown, "one was tried again after a proxy was silent"

    drive(script, size=(100, 50))


def test_many_are_counted_beside_the_screen_and_what_comes_too_late_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics_screen, "_AT_ONCE", 1)

    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("i")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "6 calls" in lines(pilot)[0]
        screen = pilot.app.screen
        assert isinstance(screen, StatisticsScreen)
        screen.open(screen._rows, [5])
        screen.show(range(6), Text("late"))
        await pilot.pause()
        assert "1 call," in lines(pilot)[0]

    drive(script, size=(100, 50))


def test_those_of_all_calls_are_kept_until_the_flows_are_known() -> None:
    found = trace()
    rows, every = CallRows(found), range(len(found.calls))
    before = statistics(rows, every)
    assert statistics(rows, every) is before
    assert "Flows" not in before.plain
    rows.take_survey(found.survey)
    after = statistics(rows, every)
    assert "Flows" in after.plain
    assert statistics(rows, every) is after
    assert statistics(rows, [5]).plain.startswith("1 call,")


def test_no_line_goes_on_in_a_narrow_terminal() -> None:
    async def script(pilot: Pilot[SiptraceError]) -> None:
        await pilot.press("i")
        await pilot.pause()
        assert [line.split()[0] for line in lines(pilot)[3:6]] == ["completed", "cancelled", "busy"]

    drive(script, size=(60, 20))


def test_what_was_wrong_with_the_files_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cut.pcap"
    path.write_bytes(Path(PATHS[1]).read_bytes()[:-5])
    found = open_trace(path)
    assert "The files\n  the file ends inside a record (frame 6)" in statistics(CallRows(found), range(1)).plain
