"""The rows of a flow as values."""

from __future__ import annotations

import pytest

from siptrace.correlate.step import Sdp, Step


def test_a_step_is_called_by_its_method_or_status() -> None:
    assert Step(1, "a", "b", "INVITE").name == "INVITE"
    assert Step(2, "b", "a", "INVITE", 180, "Ringing").name == "180 Ringing"
    assert Step(2, "b", "a", "INVITE", 180, "").name == "180"
    assert [Step(1, "a", "b", "ACK").is_request, Step(2, "b", "a", "BYE", 200, "OK").is_request] == [True, False]


@pytest.mark.parametrize(
    ("sdp", "hold"),
    [
        (None, False),
        (Sdp("192.0.2.1", 1), False),
        (Sdp("192.0.2.1", 1, "sendrecv"), False),
        (Sdp("192.0.2.1", 1, "recvonly"), False),
        (Sdp("192.0.2.1", 1, "sendonly"), True),
        (Sdp("192.0.2.1", 1, "inactive"), True),
        (Sdp("0.0.0.0", 1), True),  # noqa: S104 nothing is bound
    ],
)
def test_hold_is_seen_in_direction_and_address(sdp: Sdp | None, hold: bool) -> None:
    assert Step(1, "a", "b", "INVITE", sdp_info=sdp).hold is hold


def test_extra_values_are_found_by_name() -> None:
    step = Step(1, "a", "b", "REGISTER", ext=(("expires", 0), ("contact_star", True)))
    assert [step.ext_value(name) for name in ("expires", "contact_star", "event")] == [0, True, None]
