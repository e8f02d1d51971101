from __future__ import annotations

import re

import pytest

from siptrace.sip.methods import METHODS, STATUSES, default_reason, status_meaning


def test_the_registered_methods() -> None:
    assert sorted(METHODS) == sorted(
        [
            "ACK",
            "BYE",
            "CANCEL",
            "INFO",
            "INVITE",
            "MESSAGE",
            "NOTIFY",
            "OPTIONS",
            "PRACK",
            "PUBLISH",
            "REFER",
            "REGISTER",
            "SUBSCRIBE",
            "UPDATE",
        ]
    )
    assert all(name == entry.name and entry.meaning and entry.rfc.startswith("RFC ") for name, entry in METHODS.items())


def test_every_status_has_a_reason_a_source_and_a_meaning() -> None:
    for code, entry in STATUSES.items():
        assert code == entry.code
        assert 100 <= code <= 699
        assert entry.reason
        assert entry.meaning
        assert re.fullmatch(r"RFC \d{4} [\d.]+", entry.rfc)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (100, "Trying"),
        (180, "Ringing"),
        (200, "OK"),
        (407, "Proxy Authentication Required"),
        (487, "Request Terminated"),
        (481, "Call/Transaction Does Not Exist"),
        (504, "Server Time-out"),
        (299, ""),
        (0, ""),
    ],
)
def test_default_reasons(code: int, reason: str) -> None:
    assert default_reason(code) == reason


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (199, STATUSES[199].meaning),
        (299, "success"),
        (150, "provisional"),
        (399, "redirection"),
        (499, "failure of the request"),
        (599, "failure of the server"),
        (699, "global failure"),
        (700, "no status code of SIP"),
        (0, "no status code of SIP"),
        (4294967301, "no status code of SIP"),
    ],
)
def test_an_unregistered_code_means_what_its_class_means(code: int, meaning: str) -> None:
    assert status_meaning(code) == meaning
