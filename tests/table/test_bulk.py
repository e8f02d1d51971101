"""One truth: a capture read window by window with the compiled indexer gives the table that the plain path gives."""

from __future__ import annotations

import gzip
import os
import random
import struct
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench.make_trace import make
from fixtures.flows.make_flows import CAPTURES
from fixtures.links.make_links import (
    START_NS,
    enhanced,
    fragments4,
    interface,
    links,
    message,
    packet,
    pcap,
    section,
    stream,
)
from siptrace.ingest import sources
from siptrace.ingest.datagram import Datagram, Transport
from siptrace.ingest.open import find_sources
from siptrace.table import bulk
from siptrace.table.bulk import KERNEL, Bulk
from siptrace.table.columns import MessageTable
from siptrace.table.layout import LINKS
from siptrace.table.scan import scan
from tests.kernels import loaded
from tests.messages import invite, response_to
from tests.table.reading import compiled, plain, rows_of, same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fixtures.wire import Packet

MILLISECOND = 1_000_000
LINK_FILES = sorted(path for path in (CAPTURES.parents[1] / "links").iterdir() if path.suffix in {".pcap", ".pcapng"})
FLOWS = sorted(CAPTURES.iterdir())


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 calls, with some RTP between."""
    path = tmp_path_factory.mktemp("bulk") / "generated.pcap"
    make(path, 300, rtp=3)
    return path


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows and parts so small that there are many of each."""
    monkeypatch.setattr(sources, "WINDOW_BYTES", 6000)
    monkeypatch.setattr(bulk, "_WORTH_A_THREAD", 2)


def records(path: Path) -> Iterator[Packet]:
    """Yield time and frame of each packet of a little-endian capture."""
    data = path.read_bytes()
    at = 24
    while at < len(data):
        seconds, rest, size, _ = struct.unpack_from("<IIII", data, at)
        yield seconds * 1_000_000_000 + rest * 1000, data[at + 16 : at + 16 + size]
        at += 16 + size


def write(folder: Path, data: bytes, name: str = "trace") -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(data)
    return path


def mixed() -> list[Packet]:
    """UDP, a TCP stream, fragments and VLANs, packet by packet in turn."""
    before4 = links()["ethernet"][1]
    udp = [before4 + packet(message(100 + n)) for n in range(20)]
    fragments = [before4 + data for n in range(4) for data in fragments4(message(200 + n, body=b"y" * 3000), 1480, n)]
    tagged = [links()["vlan in vlan"][1] + packet(message(300 + n)) for n in range(5)]
    rows = [[frame for _, frame in stream()], udp, fragments, tagged]
    taken = [frame for turn in range(20) for row in rows for frame in row[turn : turn + 1]]
    return [(START_NS + n * MILLISECOND, frame) for n, frame in enumerate(taken)]


def test_the_flow_captures() -> None:
    assert len(FLOWS) > 50
    found, expected = compiled(*FLOWS), plain(*FLOWS)
    same(found, expected)
    assert 0 < found.by_plain < len(found.rows)


@pytest.mark.parametrize("path", LINK_FILES, ids=lambda path: path.name)
def test_the_link_captures(path: Path) -> None:
    same(compiled(path), plain(path))


def test_the_corpus() -> None:
    corpus = os.environ.get("SIPTRACE_CORPUS")
    if not corpus:
        pytest.skip("SIPTRACE_CORPUS is not set")
    paths = find_sources([Path(corpus, "captures")])
    assert len(paths) > 20
    for path in paths:
        same(compiled(Path(path)), plain(Path(path)))


def test_a_generated_capture_is_left_to_the_kernel(generated: Path) -> None:
    found = compiled(generated)
    assert len(found.rows) > 4000
    assert found.by_plain == 0
    same(found, plain(generated))


@pytest.mark.parametrize("name", links())
def test_every_link_layer_in_a_capture_of_its_own(name: str, tmp_path: Path) -> None:
    link, before4, before6 = links()[name]
    frames = [before4 + packet(message(n)) for n in range(1, 4)]
    if link != 228:
        frames += [before6 + packet(message(n), 6) for n in range(4, 7)]
    path = write(tmp_path, pcap([(START_NS + n, frame) for n, frame in enumerate(frames)], link=link))
    found = compiled(path)
    same(found, plain(path))
    assert len(found.rows) == len(frames)
    known = link in LINKS and not name.endswith(("pppoe", "snap", "mpls"))
    assert (found.by_plain < len(found.rows)) == known


@pytest.mark.usefixtures("small_windows")
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("form", ["microseconds", "nanoseconds", "pcapng", "gzip", "stream"])
def test_every_file_format(form: str, order: str, generated: Path, tmp_path: Path) -> None:
    packets = [(time + n % 7, frame) for n, (time, frame) in enumerate(records(generated)) if n < 1200]
    if form == "pcapng":
        blocks = [enhanced(n % 2, time // 1000, frame, order) for n, (time, frame) in enumerate(packets)]
        data = b"".join([section(order), interface(1, order), interface(1, order), *blocks])
    else:
        data = pcap(packets, order=order, nanoseconds=form == "nanoseconds")
    path = write(tmp_path, gzip.compress(data) if form == "gzip" else data)
    if form == "stream":
        path.unlink()
        os.mkfifo(path)
        expected = plain(write(tmp_path, data, "file"))
        if os.fork() == 0:
            path.write_bytes(data)
            os._exit(0)
        found = compiled(path)
        os.wait()
        assert all(row["offset"] is None for row in found.rows)
        for mine, theirs in zip(found.rows, expected.rows, strict=True):
            assert {**mine, "flags": 0, "offset": 0} == {**theirs, "flags": 0, "offset": 0}
        return
    found = compiled(path)
    assert len(found.rows) > 800
    assert found.by_plain == 0
    same(found, plain(path))


@pytest.mark.usefixtures("small_windows")
def test_kernel_rows_and_plain_rows_interleave_by_record(tmp_path: Path) -> None:
    path = write(tmp_path, pcap(mixed()))
    found = compiled(path)
    same(found, plain(path))
    assert 4 < found.by_plain < len(found.rows) - 20
    ways = [row["transport"] for row in found.rows]
    assert sum(a != b for a, b in pairwise(ways)) > 4


def test_they_interleave_within_one_window_too(tmp_path: Path) -> None:
    path = write(tmp_path, pcap(mixed()))
    same(compiled(path), plain(path))


@pytest.mark.usefixtures("small_windows")
def test_a_cut_capture_at_any_place(tmp_path: Path) -> None:
    data = pcap(mixed())
    for cut in range(24, len(data), 211):
        path = write(tmp_path, data[:cut])
        same(compiled(path), plain(path))


def test_every_packet_cut_by_the_capture(tmp_path: Path) -> None:
    frames = [frame[:size] for n, (_, frame) in enumerate(mixed()) for size in (14 + n, 60, 200)]
    path = write(tmp_path, pcap([(START_NS, frame) for frame in frames], on_wire=5000))
    found = compiled(path)
    same(found, plain(path))
    assert found.by_plain == len(found.rows) > 10


ODD = {
    "a length out of reason": struct.pack("<IIII", START_NS // 10**9, 0, 1 << 30, 1 << 30) + b"\xff" * 40,
    "an empty packet": struct.pack("<IIII", START_NS // 10**9, 0, 0, 0),
    "another file": pcap([(START_NS, links()["cooked"][1] + packet(message(9)))], link=113, order=">"),
}


@pytest.mark.parametrize("size", [6000, 4 * 1024 * 1024])
@pytest.mark.parametrize("odd", ODD)
def test_the_walker_goes_on_where_the_kernel_stops(
    odd: str, size: int, tmp_path: Path, generated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "WINDOW_BYTES", size)
    packets = list(records(generated))[:600]
    packets = [(START_NS + n * MILLISECOND, frame) for n, (_, frame) in enumerate(packets)]
    data = pcap(packets[:200]) + ODD[odd] + pcap(packets[200:])[24 if odd != "another file" else 0 :]
    path = write(tmp_path, data)
    found = compiled(path)
    same(found, plain(path))
    assert found.rows[-1]["frame"] in range(599, 602)


@pytest.mark.usefixtures("small_windows")
def test_damage_anywhere(tmp_path: Path) -> None:
    rng = random.Random(5)  # noqa: S311  (the same damage each time)
    data = pcap(mixed())
    for _ in range(150):
        damaged = bytearray(data)
        for _ in range(rng.randrange(1, 20)):
            damaged[rng.randrange(24, len(data))] = rng.randrange(256)
        path = write(tmp_path, bytes(damaged))
        same(compiled(path), plain(path))


@pytest.mark.usefixtures("small_windows")
@pytest.mark.parametrize("after", [0, 9000, 100_000, 10**9])
def test_several_files_and_a_switch_in_mid_stream(after: int, generated: Path, tmp_path: Path) -> None:
    log = CAPTURES.parents[1] / "logs" / "sipp.log"
    taps = [mixed(), [(time + 3 * MILLISECOND, frame) for time, frame in mixed()], mixed()[5:40]]
    paths = [write(tmp_path, pcap(tap), f"tap{n}") for n, tap in enumerate(taps)]
    files = (paths[0], log, generated, paths[1], log.with_name("plain.txt"), paths[2])
    found = compiled(*files, after=after)
    same(found, plain(*files))
    assert (found.by_plain < len(found.rows)) == (after < 10**9)


@pytest.mark.usefixtures("small_windows")
def test_a_rotated_capture_goes_on_where_taps_beside_each_other_do_not(tmp_path: Path) -> None:
    """The stream that the second file begins goes on in the third, though the first ended later."""
    frames = stream()
    late = [(START_NS + 10**10, links()["ethernet"][1] + packet(message(50)))]
    early = [(START_NS, links()["ethernet"][1] + packet(message(51)))]
    parts = [early + late, frames[:14], frames[14:]]
    paths = [write(tmp_path, pcap(part), f"part{n}") for n, part in enumerate(parts)]
    found = compiled(*paths)
    same(found, plain(*paths))
    assert len(found.rows) == 7


@pytest.mark.usefixtures("small_windows")
def test_what_waits_at_the_end_of_a_capture_stands_before_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With room for one capture the first is finished when the second begins; all times are equal, so order shows."""
    monkeypatch.setattr("siptrace.ingest.open.MAX_CHAINS", 1)
    waiting = stream()
    del waiting[3]  # a segment with messages; those after it wait for it
    later = [links()["ethernet"][1] + packet(message(n)) for n in range(60, 64)]
    parts = [[frame for _, frame in waiting], later]
    times = [START_NS + 1, START_NS]
    paths = [
        write(tmp_path, pcap([(time, frame) for frame in part], nanoseconds=True), f"part{n}")
        for n, (part, time) in enumerate(zip(parts, times, strict=True))
    ]
    found = compiled(*paths)
    same(found, plain(*paths))
    assert [row["source"] for row in found.rows] == [0, 0, 1, 1, 1, 1]


def test_numbers_of_texts_stay_unique_in_a_large_table(generated: Path) -> None:
    rows = compiled(generated).rows
    assert len({row["branch"] for row in rows}) > 1000
    assert {row["call_id"] for row in rows} == {row["call_id"] for row in plain(generated).rows}


def test_a_log_of_any_length_is_put_into_the_table_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(KERNEL)
    monkeypatch.setattr(bulk, "_ENOUGH", 10)
    table, expected = MessageTable(), MessageTable()
    filler = Bulk(table, {})
    call = invite()
    for number in range(35):
        sent = call if number % 2 else response_to(call, 180)
        datagram = Datagram(number, number, Transport.UDP, "alice", "bob.example", sent.raw, -1)
        filler.add(0, datagram)
        expected.append(0, datagram, scan(sent.raw, {}))
    filler.wait()
    assert len(table) == 30
    filler.finish()
    assert rows_of(table) == rows_of(expected)
    assert table.endpoint(table.src[0]) == "alice"
    assert table.endpoint(table.dst[0]) == "bob.example"
