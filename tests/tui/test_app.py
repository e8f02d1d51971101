"""The application: it reads beside the screens, and ends with a sentence when it cannot."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from siptrace.errors import MissingInput, UnrecognisedInput
from siptrace.trace import Progress, Trace, open_trace
from siptrace.tui.app import SiptraceApp, _example
from siptrace.tui.columns import CallRows
from tests.long import CALLS, long_capture
from tests.messages import invite, response_to, trace_of
from tests.tui.driving import PATHS, lines

if TYPE_CHECKING:
    from textual.message import Message


def run(app: SiptraceApp, seconds: float = 10) -> list[str]:
    """Run an application until its calls are there or it has ended; return the screen."""

    async def script() -> list[str]:
        async with app.run_test(size=(100, 20)) as pilot:
            for _ in range(int(seconds / 0.02)):
                await pilot.pause(0.02)
                if app.return_value is not None or (app.calls.rows is not None and app.calls.rows.survey is not None):
                    break
            await pilot.pause()
            return lines(pilot) if app.return_value is None else []

    return asyncio.run(script())


def test_traces_are_read_in_the_background() -> None:
    app = SiptraceApp(PATHS)
    shown = run(app)
    assert "6 calls (6 shown)" in shown[0]
    assert "rfc3665-2.1.udp4.pcap" in shown[0]


def test_how_far_reading_is_is_told_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    app, told, now = SiptraceApp([]), list[object](), [100.0]
    monkeypatch.setattr(app, "post_message", told.append)
    monkeypatch.setattr("siptrace.tui.app.monotonic", lambda: now[0])
    for _ in range(3):
        for size in range(5):
            app._tell(Progress(size, 9, 0))
        now[0] += 1
    assert [message.progress.read for message in told if isinstance(message, SiptraceApp.Read)] == [0, 0, 0]


def test_a_missing_trace_ends_it_with_the_error(tmp_path: Path) -> None:
    app = SiptraceApp([str(tmp_path / "nothing.pcap")])
    run(app)
    assert isinstance(app.return_value, MissingInput)


def test_what_is_no_trace_ends_it_with_the_error(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear diary")
    app = SiptraceApp([str(path)])
    run(app)
    assert isinstance(app.return_value, UnrecognisedInput)


def test_a_trace_without_calls_is_an_empty_list(tmp_path: Path) -> None:
    path = tmp_path / "empty.pcap"
    path.write_bytes(bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000"))
    app = SiptraceApp([str(path)])
    assert "0 calls (0 shown)" in run(app)[0]


def test_what_was_wrong_with_the_files_is_said(tmp_path: Path) -> None:
    path = tmp_path / "cut.pcap"
    path.write_bytes(Path(PATHS[1]).read_bytes()[:-5])
    app = SiptraceApp([str(path)])
    assert "! 1 remark on the files (i)" in run(app)[0]


def test_a_name_from_the_command_line_cannot_disturb_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2Jb.pcap"
    path.write_bytes(Path(PATHS[1]).read_bytes())
    assert "\x1b" not in run(SiptraceApp([str(path)]))[0]


@pytest.mark.parametrize("key", ["enter", "r"])
def test_a_trace_that_vanishes_is_said_and_the_list_stays(key: str, tmp_path: Path) -> None:
    path = tmp_path / "call.pcap"
    path.write_bytes(Path(PATHS[1]).read_bytes())
    app = SiptraceApp([str(path)])

    async def script() -> list[str]:
        async with app.run_test(size=(120, 20)) as pilot:
            while app.calls.rows is None or app.calls.rows.survey is None:
                await pilot.pause(0.02)
            path.unlink()
            await pilot.press(key)
            await pilot.pause()
            return lines(pilot)

    assert "1 call (1 shown)" in asyncio.run(script())[0]
    assert ["cannot be read any more" in one.message for one in app._notifications] == [True]


def test_a_short_call_that_can_be_read_is_drawn_ahead(tmp_path: Path) -> None:
    def example(found: Trace) -> tuple[int, ...]:
        return _example(found, CallRows(found))

    path = tmp_path / "call.pcap"
    path.write_bytes(Path(PATHS[1]).read_bytes())
    found = open_trace(path)
    path.unlink()
    begin = invite()
    long = [begin, *(response_to(begin, 180, at=at) for at in range(1, 99))]
    assert example(open_trace(PATHS[1])) == (1,)
    assert [example(one) for one in (found, trace_of(long), trace_of([]))] == [(), (), ()]


class _Watched(SiptraceApp):
    """An application that remembers what the thread that reads has told it."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__(paths)
        self.told: list[Message] = []

    def on_siptrace_app_read(self, message: SiptraceApp.Read) -> None:
        self.told.append(message)

    def on_siptrace_app_begun(self, message: SiptraceApp.Begun) -> None:
        self.told.append(message)

    def on_siptrace_app_opened(self, message: SiptraceApp.Opened) -> None:
        self.told.append(message)


def test_reading_can_be_paused(tmp_path: Path) -> None:
    app = SiptraceApp([str(long_capture(tmp_path / "long.pcap"))])
    app._goes_on.clear()  # as if the key had come before the first window was read

    async def script() -> None:
        async with app.run_test(size=(100, 20)) as pilot:
            while app.calls.rows is None:
                await pilot.pause(0.02)
            app.calls.reading(Progress(1, 4, 10), paused=True)
            await pilot.pause(0.5)
            assert "paused (p goes on) ████░░░░░░░░░░░░ 25%" in lines(pilot)[0]
            await pilot.press("p")
            assert "paused" not in lines(pilot)[0]
            while not app._is_read:
                await pilot.pause(0.02)
            await pilot.press("p")
            await pilot.pause()
            assert f"{CALLS} calls ({CALLS} shown)" in lines(pilot)[0]
            assert [one.message for one in app._notifications] == ["The trace is read: there is nothing to pause."]

    asyncio.run(script())


def test_nothing_is_read_once_it_has_ended(tmp_path: Path) -> None:
    """The process would go on as long as the thread does."""
    app = _Watched([str(long_capture(tmp_path / "long.pcap"))])
    app._goes_on.clear()

    async def script() -> None:
        async with app.run_test(size=(100, 20)) as pilot:
            while app.calls.rows is None:
                await pilot.pause(0.02)

    asyncio.run(script())
    assert [type(one) for one in app.told] == [SiptraceApp.Begun]


def test_garbage_is_collected_while_nobody_does_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[float] = []
    app = SiptraceApp(PATHS, open_trace(*PATHS))

    async def script() -> None:
        async with app.run_test(size=(100, 20)) as pilot:
            while not app._is_read:
                await pilot.pause(0.02)
            monkeypatch.setattr("siptrace.tui.app.gc.collect", lambda: collected.append(1))
            monkeypatch.setattr("siptrace.tui.app.gc.get_count", lambda: (0, 0, 3))
            await pilot.press("down")
            app._tidy()
            assert not collected
            app._touched -= 1
            app._tidy()
            monkeypatch.setattr("siptrace.tui.app.gc.get_count", lambda: (0, 0, 2))
            app._tidy()

    asyncio.run(script())
    assert len(collected) == 1


def test_a_long_trace_begins_to_show_before_it_is_read(tmp_path: Path) -> None:
    app = _Watched([str(long_capture(tmp_path / "long.pcap"))])
    assert f"{CALLS} calls ({CALLS} shown)" in run(app)[0]
    first, *progress, last = app.told
    assert isinstance(first, SiptraceApp.Begun)
    assert len(first.trace.calls) < CALLS
    assert progress
    assert all(isinstance(one, SiptraceApp.Read) for one in progress)
    assert isinstance(last, SiptraceApp.Opened)
