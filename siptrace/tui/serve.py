"""The application in a browser: textual-serve runs one for each window that is opened. Its only door.

There is no password. So that a page of somebody else's cannot reach a server on this machine through the browser of who
sits at it, a request must be for the name that it came to, and on a loopback address for a name of the machine itself.
"""

from __future__ import annotations

import logging
import re
import shlex
import socket
import sys
from contextlib import redirect_stdout
from ipaddress import ip_address
from typing import TYPE_CHECKING, NamedTuple

from siptrace.errors import MissingTool, OutputError, UsageError
from siptrace.render.cells import visible

try:
    import aiohttp_jinja2
    from aiohttp import web
    from textual_serve.server import Server
except ImportError as error:
    raise MissingTool(
        f"--serve needs textual-serve ({error.name} is missing): pip install 'siptrace[serve]'"
    ) from error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aiohttp.typedefs import Handler

__all__ = ["Where", "command_of", "refusal", "serve", "where"]

LOOPBACK = "127.0.0.1"
"""Where the application is offered unless told otherwise: to this machine alone."""

_NAMES_OF_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._-]+)(:[0-9]{1,5})?")
_MOST_PORT = 65_535
_FONT_SIZE = 16

_log = logging.getLogger(__name__)

_POLICY = "default-src 'self' 'unsafe-inline' data:; connect-src 'self' ws: wss:"
"""Nothing comes from elsewhere: textual-serve's page asks a public server for a font."""


class Where(NamedTuple):
    """Where to listen."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine gets there."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def __str__(self) -> str:
        """Return it as addresses of web pages have it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def where(text: str) -> Where:
    """Return what `[HOST:]PORT` says; raises UsageError for anything else. Port 0 is any that is free."""
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or int(port) > _MOST_PORT or (":" in host and not host.startswith("[")):
        raise UsageError(f"--serve {text}: this is to be a port, or host:port (IPv6 in brackets).")
    return Where(host.strip("[]") or LOOPBACK, int(port))


def command_of(words: Sequence[str]) -> str:
    """Return a command of the shell that runs `siptrace` with these very words, whatever is in them."""
    # -P: a file in this folder must not pass for a library.
    return shlex.join([sys.executable, "-P", "-c", "from siptrace.cli.main import run; run()", *words])


def serve(at: Where, words: Sequence[str], say: Callable[[str], None]) -> None:
    """Offer `siptrace` with some words in a browser until somebody ends it; `say` tells where.

    Raises OutputError where nobody can listen there.
    """
    with _listening(at) as listening, redirect_stdout(sys.stderr):
        at = Where(at.host, listening.getsockname()[1])
        say(f"open http://{at} in a browser; there is no password; Ctrl-C ends it")
        if not at.is_loopback:
            say(f"whoever reaches {at} can read these traces, and write files as you")
        logging.basicConfig(level=logging.WARNING, format="siptrace: %(message)s")
        # It warns of a session whose process ends after the server, which is how it goes when somebody ends both.
        logging.getLogger("asyncio").setLevel(logging.ERROR)
        web.run_app(_Server(command_of(words), at).pages(), sock=listening, print=None)


def _listening(at: Where) -> socket.socket:
    """Return a socket that listens; raises OutputError."""
    try:
        family = socket.getaddrinfo(at.host, at.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((at.host, at.port), family=family)
    except OSError as error:
        raise OutputError(f"{at}: nobody can listen there: {error.strerror or error}") from error


class _Server(Server):
    """Refuses requests from elsewhere; its page knows the server by the name that the browser has for it."""

    def __init__(self, command: str, at: Where) -> None:
        """Take the command to run, and where the server listens."""
        super().__init__(command, host=at.host, port=at.port, title="siptrace")
        self._at = at

    async def pages(self) -> web.Application:
        """Return the server's pages, with a guard before each of them."""
        made = await self._make_app()
        made.middlewares.append(self._guard)
        return made

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing: it was said."""

    async def handle_index(self, request: web.Request) -> web.Response:
        """Return the page."""
        secure = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
        size = request.query.get("fontsize", "")
        context = {
            "font_size": int(size) if size.isascii() and size.isdigit() else _FONT_SIZE,
            "app_websocket_url": f"{'wss' if secure else 'ws'}://{request.host}/ws",
            "config": {"static": {"url": "/static/"}},
            "application": {"name": self.title},
        }
        page = aiohttp_jinja2.render_template("app_index.html", request, context)
        page.headers["Content-Security-Policy"] = _POLICY
        return page

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what comes from a page of another server, or for a name that is not ours; say why."""
        reason = refusal(self._at, request.headers.get("Host", ""), request.headers.get("Origin"))
        if reason:
            _log.warning("refused a request from %s: %s", request.remote, visible(reason))
            raise web.HTTPForbidden(text=f"{reason}\n")
        return await handler(request)


def refusal(at: Where, host: str, origin: str | None) -> str:
    """Return why a request is refused by what it says of itself, the empty text where it is not.

    `host` is the name that it came to, `origin` the page that it came from, None where it came from none.
    """
    if not (name := _HOST.fullmatch(host)):
        return f"{host!r} is no name of a server"
    if at.is_loopback and name[1].lower() not in _NAMES_OF_LOOPBACK:
        return f"{host} is no name of this machine for itself"
    if origin is not None and origin.partition("://")[2].lower() != host.lower():
        return f"{origin} is another server"
    return ""
