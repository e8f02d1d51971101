"""How tests drive the terminal application: a trace, an app on a screen of a given size, and what is on it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fixtures.flows.make_flows import CAPTURES
from siptrace.trace import open_trace
from siptrace.tui.app import SiptraceApp
from siptrace.tui.call_table import CallTable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.pilot import Pilot

    from siptrace.errors import SiptraceError
    from siptrace.trace import Trace

__all__ = ["PATHS", "drive", "lines", "settled", "table", "trace"]

PATHS = [str(CAPTURES / f"rfc3665-{name}.udp4.pcap") for name in ("2.1", "3.1", "3.2", "3.4", "3.8", "3.9")]
"""A registration, calls that are answered, one with retransmissions, a cancelled and a busy one."""


def trace() -> Trace:
    """Return those captures as one trace."""
    return open_trace(*PATHS)


def drive(
    script: Callable[[Pilot[SiptraceError]], Awaitable[None]], *, size: tuple[int, int] = (120, 30)
) -> SiptraceApp:
    """Run a script of keys on the application with that trace, once the flows of its calls are there."""
    app = SiptraceApp(PATHS, trace())

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            await script(pilot)

    asyncio.run(run())
    return app


async def settled(pilot: Pilot[SiptraceError]) -> None:
    """Wait until the calls and their flows are known."""
    app = pilot.app
    assert isinstance(app, SiptraceApp)
    for _ in range(200):
        await pilot.pause(0.02)
        if app.calls.rows is not None and app.calls.rows.survey is not None:
            break
    await pilot.pause()


def table(pilot: Pilot[SiptraceError]) -> CallTable:
    """Return the list of calls."""
    app = pilot.app
    assert isinstance(app, SiptraceApp)
    return app.calls.query_one(CallTable)


def lines(pilot: Pilot[SiptraceError]) -> list[str]:
    """Return the text of the screen, line by line."""
    update = pilot.app.screen._compositor.render_strips()
    return [strip.text.rstrip() for strip in update]
