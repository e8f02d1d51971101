from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fixtures.links.make_links import START_NS, captures, message, packet, pcap, stream
from siptrace.errors import (
    AnomalyCode,
    AnomalyLog,
    EmptyInput,
    MissingInput,
    UnreadableInput,
    UnrecognisedInput,
)
from siptrace.ingest.datagram import NO_OFFSET
from siptrace.ingest.open import find_sources, open_sources
from tests.ingest.reading import codes, ethernet, numbers, read, timed

FIXTURES = Path(__file__).parents[2] / "fixtures"
FIVE = pcap(timed([ethernet(packet(message(number))) for number in range(1, 6)]))
SECOND = 1_000_000_000


def write(folder: Path, **files: bytes) -> list[Path]:
    """Write files and return their paths."""
    paths = [folder / name for name in files]
    for path, data in zip(paths, files.values(), strict=True):
        path.write_bytes(data)
    return paths


def test_sources_say_what_they_are(tmp_path: Path) -> None:
    log = (FIXTURES / "logs/plain.txt").read_bytes()
    paths = write(tmp_path, a=FIVE, b=captures()["old-blocks.pcapng"], c=gzip.compress(FIVE), d=log)
    reader = open_sources(paths, AnomalyLog())
    kinds = [(source.index, source.path, source.kind, source.compressed) for source in reader.sources]
    assert kinds == [
        (0, str(paths[0]), "pcap", False),
        (1, str(paths[1]), "pcapng", False),
        (2, str(paths[2]), "pcap", True),
        (3, str(paths[3]), "log:plain", False),
    ]
    found = list(reader)
    assert [index for index, _ in found][:12] == [0] * 5 + [1] * 2 + [2] * 5
    assert {index for index, _ in found[12:]} == {3}


def test_the_offset_of_a_payload_is_where_its_source_reads_it(tmp_path: Path) -> None:
    reader = open_sources(write(tmp_path, a=FIVE, b=FIVE[:500]), AnomalyLog())
    for index, datagram in reader:
        assert reader.sources[index].read(datagram.offset, len(datagram.payload)) == datagram.payload


def test_a_compressed_capture_gives_the_same_without_offsets(tmp_path: Path) -> None:
    half = len(FIVE) // 2
    packed = gzip.compress(FIVE[:half]) + gzip.compress(FIVE[half:])
    plain, same = (read(path)[0] for path in write(tmp_path, a=FIVE, b=packed))
    assert same == [one._replace(offset=NO_OFFSET) for one in plain]


def test_a_compressed_log_is_a_log(tmp_path: Path) -> None:
    path = FIXTURES / "logs/plain.txt"
    packed = write(tmp_path, log=gzip.compress(path.read_bytes()))
    assert read(*packed)[0] == read(path)[0]


def test_a_cut_compressed_capture_keeps_what_was_before(tmp_path: Path) -> None:
    packed = gzip.compress(FIVE, 0)
    for length in range(60, len(packed), 11):
        (path,) = write(tmp_path, cut=packed[:length])
        found, anomalies = read(path)
        assert numbers(found) == [1, 2, 3, 4, 5][: len(found)]
        assert anomalies.counts[AnomalyCode.BAD_COMPRESSION] == 1
        assert len(found) >= (length - 60) // (len(FIVE) // 5) - 1


class _Stdin:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input_is_read(pack: type[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", _Stdin(pack(FIVE)))
    reader = open_sources(["-"], AnomalyLog())
    assert reader.sources[0].path == "-"
    assert reader.total_bytes is None
    found = [one for _, one in reader]
    assert numbers(found) == [1, 2, 3, 4, 5]
    assert {one.offset for one in found} == {NO_OFFSET}


def test_a_log_from_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    path = FIXTURES / "logs/plain.txt"
    monkeypatch.setattr("sys.stdin", _Stdin(path.read_bytes()))
    assert [one for _, one in open_sources(["-"], AnomalyLog())] == read(path)[0]


def test_a_named_pipe_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(FIVE,))
    writer.start()
    assert numbers(read(pipe)[0]) == [1, 2, 3, 4, 5]
    writer.join()


def test_directories_hold_traces_in_natural_order(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    write(tmp_path, x10=FIVE, x2=FIVE, x1=FIVE, notes=b"nothing here", empty=b"", short=FIVE[:20])
    write(tmp_path / "sub", deep=FIVE)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    expected = [str(tmp_path / name) for name in ("sub/deep", "x1", "x2", "x10")]
    assert find_sources([tmp_path]) == expected
    assert find_sources([tmp_path / "x2", tmp_path, tmp_path / "x2"]) == [expected[2], *expected[:2], expected[3]]


JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb004300")
REFUSED = {
    "empty": (b"", EmptyInput),
    "text": (b"Dear diary,\nnobody called today.\n", UnrecognisedInput),
    "jpeg": (JPEG * 10, UnrecognisedInput),
    "cut pcap": (FIVE[:23], UnreadableInput),
    "cut magic": (FIVE[:3], UnreadableInput),
    "cut pcapng": (captures()["every-link.pcapng"][:27], UnreadableInput),
    "compressed text": (gzip.compress(b"Dear diary"), UnrecognisedInput),
    "compressed nothing": (gzip.compress(b""), EmptyInput),
    "compressed cut pcap": (gzip.compress(FIVE[:23]), UnreadableInput),
}


@pytest.mark.parametrize(("data", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_trace_is_refused_in_one_sentence(data: bytes, error: type[Exception], tmp_path: Path) -> None:
    (path,) = write(tmp_path, trace=data)
    with pytest.raises(error) as caught:
        open_sources([path], AnomalyLog())
    assert type(caught.value) is error
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_paths_that_lead_nowhere_are_refused(tmp_path: Path) -> None:
    write(tmp_path, file=FIVE)
    for path in (tmp_path / "missing", tmp_path / "file" / "inside"):
        with pytest.raises(MissingInput, match="no such file"):
            find_sources([path])
    with pytest.raises(MissingInput):
        find_sources(["nul\0l"])
    with pytest.raises(UnreadableInput, match="too long"):
        find_sources(["n" * 5000])
    (tmp_path / "folder").mkdir()
    write(tmp_path / "folder", notes=b"nothing here")
    with pytest.raises(EmptyInput, match="folder"):
        find_sources([tmp_path / "folder"])


def test_a_stream_goes_on_in_the_next_file_of_a_rotated_capture(tmp_path: Path) -> None:
    packets = stream()
    whole = read(*write(tmp_path, whole=pcap(packets)))[0]
    for cut in range(1, len(packets)):
        parts = write(tmp_path, first=pcap(packets[:cut]), second=pcap(packets[cut:]))
        found, anomalies = read(*parts)
        assert [one.payload for one in found] == [one.payload for one in whole]
        assert not anomalies
        frames = [one.frame if one.frame <= cut else one.frame - cut for one in whole]
        assert [one.frame for one in found] == frames


def test_captures_that_overlap_in_time_have_their_own_streams(tmp_path: Path) -> None:
    packets = stream()
    taps = write(tmp_path, a=pcap(packets), b=pcap(packets))
    found, anomalies = read(*taps)
    assert numbers(found) == [1, 2, 3, 4, 5] * 2
    assert not anomalies


def test_two_taps_that_rotate_are_told_apart(tmp_path: Path) -> None:
    packets = stream()
    late = [(time + 1000, data) for time, data in packets]
    names = {"a1": packets[:9], "b1": late[:9], "a2": packets[9:], "b2": late[9:]}
    files = write(tmp_path, **{name: pcap(part, nanoseconds=True) for name, part in names.items()})
    found, anomalies = read(files[0], files[2], files[1], files[3])
    assert numbers(found) == [1, 2, 3, 4, 5] * 2
    assert not anomalies


def test_progress_tells_every_byte_once(tmp_path: Path) -> None:
    log = (FIXTURES / "logs/plain.txt").read_bytes()
    paths = write(tmp_path, a=FIVE, b=gzip.compress(FIVE), c=log, d=FIVE[:-3])
    told: list[int] = []
    reader = open_sources(paths, AnomalyLog(), told.append)
    assert not told
    list(reader)
    assert reader.total_bytes == sum(path.stat().st_size for path in paths)
    assert sum(told) == reader.total_bytes


def test_a_time_gap_between_files_does_not_matter(tmp_path: Path) -> None:
    early, late = (pcap([(START_NS + at * SECOND, ethernet(packet(message(at))))]) for at in (1, 900))
    assert numbers(read(*write(tmp_path, late=late, early=early))[0]) == [900, 1]


def test_a_small_capture_needs_neither_dpkt_nor_the_dialects() -> None:
    code = (
        "import sys; from siptrace.errors import AnomalyLog; from siptrace.ingest.open import open_sources;"
        "n = len(list(open_sources(sys.argv[1:], AnomalyLog())));"
        "print(n, [m for m in ('dpkt', 'siptrace.ingest.logs') if m in sys.modules])"
    )
    path = FIXTURES / "links/stream.pcap"
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert done.stdout == "5 []\n"


def test_the_fixtures_are_what_their_script_makes() -> None:
    assert {path.name: path.read_bytes() for path in (FIXTURES / "links").glob("*.pcap*")} == captures()


@pytest.mark.skipif("SIPTRACE_CORPUS" not in os.environ, reason="SIPTRACE_CORPUS does not name the corpus")
def test_the_corpus_holds_as_many_messages_as_tshark_says() -> None:
    corpus = Path(os.environ["SIPTRACE_CORPUS"])
    entries = json.loads((corpus / "manifest.json").read_text())
    wanted = {one["file"]: one["sip_messages"] for one in entries if one["kind"] == "capture" and one["exact"]}
    assert {file: len(read(corpus / file)[0]) for file in wanted} == wanted
    assert len(wanted) > 20


def test_codes_of_a_whole_capture_are_none() -> None:
    assert codes(read(FIXTURES / "links")[1]) == {AnomalyCode.TIME_UNKNOWN: 1}
