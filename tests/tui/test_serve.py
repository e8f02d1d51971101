"""The application in a browser: which requests it answers, and a whole session with a real server."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("textual_serve")

from aiohttp import ClientResponseError, ClientSession, WSMsgType

from fixtures.flows.make_flows import CAPTURES
from siptrace.errors import OutputError, UsageError
from siptrace.tui.serve import Where, command_of, refusal, serve, where
from tests.cli.running import COMMAND, ROOT

if TYPE_CHECKING:
    from pathlib import Path

HERE = Where("127.0.0.1", 8000)


@pytest.mark.parametrize(
    ("text", "place"),
    {
        "8000": ("127.0.0.1", 8000), "0": ("127.0.0.1", 0), ":80": ("127.0.0.1", 80), "10.0.0.1:80": ("10.0.0.1", 80),
        "box.example:1": ("box.example", 1), "[::1]:65535": ("::1", 65535),
    }.items(),
)  # fmt: skip
def test_where(text: str, place: tuple[str, int]) -> None:
    assert where(text) == place


@pytest.mark.parametrize("text", ["", "http", "65536", "-1", "10.0.0.1", "::1:80", "a:b:80", "8000x", "²"])
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(UsageError, match="port"):
        where(text)


def test_loopback_is_told_apart() -> None:
    assert all(Where(host, 1).is_loopback for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost"))
    assert not any(Where(host, 1).is_loopback for host in ("10.0.0.1", "::", "box", "localhost.example"))
    assert (str(Where("::1", 80)), str(HERE)) == ("[::1]:80", "127.0.0.1:8000")


@pytest.mark.parametrize(
    ("host", "origin", "allowed"),
    [
        ("127.0.0.1:8000", None, True),
        ("localhost:9000", "http://localhost:9000", True),  # through a tunnel
        ("LOCALHOST:8000", "http://localhost:8000", True),
        ("[::1]:8000", "http://[::1]:8000", True),
        ("evil.example:8000", None, False),  # a name of somebody else's that leads here
        ("evil.example:8000", "http://evil.example:8000", False),
        ("127.0.0.1:8000", "http://evil.example", False),
        ("127.0.0.1:8000", "http://127.0.0.1:3000", False),
        ("127.0.0.1:8000", "null", False),
        ("", None, False),
        ('x"><script>', None, False),
    ],
)
def test_requests_of_others_are_refused(host: str, origin: str | None, allowed: bool) -> None:
    assert (refusal(HERE, host, origin) == "") == allowed


def test_elsewhere_any_name_may_be_ours() -> None:
    assert refusal(Where("0.0.0.0", 80), "box.example", "https://box.example") == ""  # noqa: S104
    assert refusal(Where("0.0.0.0", 80), "box.example", "https://evil.example")  # noqa: S104


def test_words_stay_words_in_the_shell(tmp_path: Path) -> None:
    words = ["tui", "--", "a b", "$(touch x)", "`touch y`", "'; touch z #", '"', "\\", "-", "*", "\n", "é\udcff"]
    shown = "import sys, os; sys.stdout.buffer.write(b'\\0'.join(map(os.fsencode, sys.argv[1:])))"
    command = command_of(words).replace(shlex.quote("from siptrace.cli.main import run; run()"), shlex.quote(shown))
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, check=True)  # noqa: S602
    assert [os.fsdecode(word) for word in done.stdout.split(b"\0")] == words
    assert not list(tmp_path.iterdir())


def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OutputError, match="nobody can listen there"):
        serve(Where("127.0.0.1", taken.getsockname()[1]), ["tui"], print)


async def _visited(at: str) -> tuple[str, str, bytes]:
    """Return the page at an address, its policy, and what the first window shows until the calls are there."""
    async with ClientSession() as session:
        async with session.get(f"http://{at}/") as answer:
            page, policy = await answer.text(), answer.headers["Content-Security-Policy"]
        with pytest.raises(ClientResponseError, match="403"):
            await session.get(f"http://{at}/", headers={"Host": "evil.example"}, raise_for_status=True)
        with pytest.raises(ClientResponseError, match="403"):
            await session.ws_connect(f"http://{at}/ws", origin="http://evil.example")
        printed = b""
        async with session.ws_connect(f"http://{at}/ws?width=120&height=20", origin=f"http://{at}") as window:
            async for message in window:
                printed += message.data if message.type is WSMsgType.BINARY else b""
                if b"shown)" in printed:
                    break
        return page, policy, printed


def test_a_session_in_a_browser(tmp_path: Path) -> None:
    trace = tmp_path / "a 'b'; touch $(touch injected) .pcap"
    trace.write_bytes((CAPTURES / "rfc3665-3.2.udp4.pcap").read_bytes())
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(tmp_path)}
    server = subprocess.Popen(
        [*COMMAND, "tui", "--serve", "0", str(trace)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=environment, text=True,
    )  # fmt: skip
    try:
        assert server.stderr is not None
        said = server.stderr.readline()
        found = re.search(r"http://(127\.0\.0\.1:\d+)", said)
        assert found, said
        page, policy, printed = asyncio.run(asyncio.wait_for(_visited(found[1]), 60))
        server.send_signal(signal.SIGINT)
        out, said = server.communicate(timeout=60)
    finally:
        server.kill()
    assert f'data-session-websocket-url="ws://{found[1]}/ws"' in page
    assert "default-src 'self'" in policy
    assert b"alice@atlanta" in printed
    assert (server.returncode, out) == (0, "")
    assert [line.partition(": ")[2][:9] for line in said.splitlines()] == ["refused a", "refused a"]
    assert [one.name for one in tmp_path.iterdir()] == [trace.name]


def test_the_command_runs_this_python() -> None:
    assert shlex.split(command_of(["tui"]))[:2] == [sys.executable, "-P"]
