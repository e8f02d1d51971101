"""Every log of fixtures/logs must give exactly what its generator noted."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from fixtures.logs.make_logs import logs, main
from siptrace.errors import AnomalyLog
from siptrace.ingest.datagram import NO_OFFSET, endpoint_text
from siptrace.ingest.logs import DIALECTS, recognise

FIXTURES = Path(__file__).parents[3] / "fixtures" / "logs"
EXPECTED: dict[str, Any] = json.loads((FIXTURES / "expected.json").read_text())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_log_gives_what_its_generator_noted(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    dialect = recognise(data)
    assert dialect is not None
    assert dialect.name == EXPECTED[name]["dialect"]
    anomalies = AnomalyLog()
    read = list(dialect.read(io.BytesIO(data), anomalies, 3))
    assert [
        {
            "frame": datagram.frame,
            "time_ns": datagram.time_ns,
            "transport": datagram.transport.name,
            "src": endpoint_text(datagram.src),
            "dst": endpoint_text(datagram.dst),
            "size": len(datagram.payload),
            "start": datagram.payload.partition(b"\r\n")[0].decode(),
            "sha256": hashlib.sha256(datagram.payload).hexdigest(),
        }
        for datagram in read
    ] == EXPECTED[name]["messages"]
    assert sorted(anomaly.code for anomaly in anomalies.kept) == sorted(EXPECTED[name]["anomalies"])
    assert all(anomaly.source == 3 for anomaly in anomalies.kept)
    assert all(datagram.offset == NO_OFFSET for datagram in read)


def test_the_logs_are_what_the_generator_writes(tmp_path: Path) -> None:
    main(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*logs(), "expected.json"])
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (FIXTURES / path.name).read_bytes()


def test_the_registry_names_each_dialect_once_and_plain_text_last() -> None:
    names = [dialect.name for dialect in DIALECTS]
    assert len(set(names)) == len(names)
    assert names[-1] == "plain"
    assert all(dialect.title for dialect in DIALECTS)
