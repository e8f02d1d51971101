"""What tests of the terminal application can rely on: no screen is made that they did not ask for."""

from __future__ import annotations

import pytest

from siptrace.tui.app import SiptraceApp


@pytest.fixture(autouse=True)
def nothing_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have screens made when a key asks for them."""
    monkeypatch.setattr(SiptraceApp, "AHEAD", False)
