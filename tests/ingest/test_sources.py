from __future__ import annotations

import gc
import gzip
import os
import random
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.errors import EmptyInput, MissingInput, UnreadableInput
from siptrace.ingest import sources
from siptrace.ingest.sources import FileFeed, Source, StreamFeed, gunzip, is_regular, lines, open_raw, peek

if TYPE_CHECKING:
    from pathlib import Path

TEXT = bytes(range(256)) * 40
PACKED = gzip.compress(TEXT)


def unpack(*chunks: bytes) -> tuple[bytes, list[str]]:
    told: list[str] = []
    return b"".join(gunzip(iter(chunks), told.append)), told


def test_a_compressed_stream_is_the_same_in_any_chunks() -> None:
    assert unpack(PACKED) == (TEXT, [])
    assert unpack(*(PACKED[at : at + 1] for at in range(len(PACKED)))) == (TEXT, [])


@pytest.mark.parametrize("padding", [b"", b"\0" * 700])
def test_members_follow_each_other(padding: bytes) -> None:
    both = PACKED + padding + PACKED + padding
    assert unpack(both) == (TEXT * 2, [])
    assert unpack(*(both[at : at + 1] for at in range(len(both)))) == (TEXT * 2, [])


@pytest.mark.parametrize("length", range(1, len(PACKED)))
def test_what_was_before_a_cut_is_kept(length: int) -> None:
    data, told = unpack(PACKED[:length])
    assert TEXT.startswith(data)
    assert len(told) == 1
    assert "cut" in told[0]
    with_end = zlib.decompressobj(31).decompress(PACKED[:length])
    assert len(data) >= len(with_end)


def test_damage_is_told_and_what_was_before_is_kept() -> None:
    stored = gzip.compress(TEXT, 0)
    broken = stored[:2000] + stored[2000:].replace(b"\x20\x21\x22", b"   ", 1)
    data, told = unpack(broken)
    assert len(data) == len(TEXT)  # the bytes can be read, only the checksum says that they are wrong
    assert "damaged" in told[0]


def test_nothing_before_a_damaged_byte_is_lost() -> None:
    noise = random.Random(1).randbytes(5000)  # noqa: S311 -- bytes that do not compress
    two = gzip.compress(noise, 0)
    data, told = unpack(two[:-8] + b"\xff" * 8)
    assert data == noise
    assert len(told) == 1
    assert unpack(PACKED[:10] + b"\xff" * 100) == (b"", [told_of(0)])
    assert unpack(PACKED + PACKED[:10] + b"\xff" * 100) == (TEXT, [told_of(len(TEXT))])


def told_of(total: int) -> str:
    return f"damaged after {total} decompressed bytes (Error -3 while decompressing data: invalid block type)"


def test_other_bytes_behind_the_compressed_ones_are_told() -> None:
    data, told = unpack(PACKED + b"rubbish")
    assert data == TEXT
    assert "not compressed" in told[0]


def test_a_bomb_ends_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_DECOMPRESSED", 1_000_000)
    monkeypatch.setattr(sources, "READ_BYTES", 10_000)
    pieces: list[int] = []
    told: list[str] = []
    pieces.extend(len(piece) for piece in gunzip(iter([gzip.compress(bytes(50_000_000))]), told.append))
    assert max(pieces) <= 10_000
    assert sum(pieces) <= 1_000_000
    assert "more than" in told[0]


@given(st.lists(st.binary(max_size=30).map(lambda data: data.replace(b"x", b"\n")), max_size=8))
def test_lines_are_those_of_the_whole(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    expected = [line + b"\n" for line in whole.split(b"\n")[:-1]] + [rest for rest in whole.split(b"\n")[-1:] if rest]
    assert list(lines(iter(pieces))) == expected


def test_a_line_without_end_comes_in_bounded_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_LINE", 1000)
    found = list(lines(iter([b"y" * 700] * 10 + [b"\nlast"])))
    assert b"".join(found) == b"y" * 7000 + b"\nlast"
    assert max(map(len, found)) <= 1000 + 700


def test_a_file_is_shown_in_windows_that_know_their_offset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "WINDOW_BYTES", 8192)
    path = tmp_path / "data"
    data = TEXT * 4
    path.write_bytes(data)
    read: list[int] = []
    feed = FileFeed(str(path), read.append)
    shown = b""
    while True:
        assert feed.buf[feed.start : feed.end] == data[feed.base : feed.base + feed.end]
        position = feed.end if feed.last else feed.end - 10
        shown += feed.buf[:position]
        if not feed.advance(position):
            break
    feed.close()
    assert shown == data
    assert sum(read) == len(data)


def test_a_file_is_closed_where_whoever_counts_wants_no_more(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(TEXT)

    def enough(_: int) -> None:
        raise KeyboardInterrupt

    feed = FileFeed(str(path), enough)
    with pytest.raises(KeyboardInterrupt):
        feed.close()
    assert feed._handle.closed


def test_a_window_stands_until_the_next_but_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "WINDOW_BYTES", 1000)
    path = tmp_path / "data"
    data = bytes(range(256)) * 30
    path.write_bytes(data)
    feed = FileFeed(str(path))
    windows = []
    while not feed.last:
        windows.append((feed.buf, feed.base))
        for buf, base in windows[-2:]:
            assert buf[:1000] == data[base : base + 1000]
        assert feed.advance(feed.end)
    assert len({id(buf) for buf, _ in windows}) == 2
    feed.close()


def test_a_window_grows_until_somebody_can_use_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "WINDOW_BYTES", 100)
    path = tmp_path / "data"
    path.write_bytes(TEXT)
    feed = FileFeed(str(path))
    sizes = [feed.end]
    while feed.advance(0):
        sizes.append(feed.end)
    feed.close()
    assert sizes[:3] == [100, 200, 300]
    assert feed.buf == TEXT


def test_a_file_that_is_truncated_meanwhile_ends_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "WINDOW_BYTES", 100)
    path = tmp_path / "data"
    path.write_bytes(TEXT)
    feed = FileFeed(str(path))
    assert feed.advance(90)
    path.write_bytes(TEXT[:150])
    assert not feed.advance(80)
    assert feed.last
    feed.close()


def test_a_stream_is_shown_with_what_was_not_used() -> None:
    feed = StreamFeed(iter([b"abc", b"def", b"g"]))
    assert (feed.buf, feed.last) == (b"abc", False)
    assert feed.advance(2)
    assert (feed.buf, feed.last) == (b"cdef", False)
    assert feed.advance(0)
    assert (feed.buf, feed.last) == (b"cdefg", True)
    assert not feed.advance(4)
    assert (feed.buf[feed.start : feed.end], feed.last) == (b"g", True)


def test_a_source_reads_the_bytes_at_an_offset(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(TEXT)
    source = Source(0, str(path), "pcap", compressed=False)
    assert source.read(256, 3) == source.read(0, 3) == b"\0\1\2"
    assert source.read(len(TEXT) - 1, 100) == b"\xff"


@pytest.mark.parametrize(("path", "compressed"), [("-", False), ("x.gz", True), ("/no/such/file", False)])
def test_what_cannot_be_read_again_is_refused(path: str, *, compressed: bool) -> None:
    with pytest.raises(UnreadableInput, match=path):
        Source(0, path, "pcap", compressed=compressed).read(0, 1)


def test_errors_of_the_system_become_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingInput, match="no such file"):
        open_raw(str(tmp_path / "missing"))
    with pytest.raises(UnreadableInput, match="directory"):
        open_raw(str(tmp_path))

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("siptrace.ingest.sources.open", refuse, raising=False)
    with pytest.raises(UnreadableInput, match="Permission denied"):
        open_raw(str(tmp_path / "secret"))


def test_only_files_with_content_can_be_read_twice(tmp_path: Path) -> None:
    (tmp_path / "full").write_bytes(b"x")
    (tmp_path / "empty").touch()
    assert is_regular(str(tmp_path / "full"))
    assert not any(is_regular(path) for path in ("-", str(tmp_path), str(tmp_path / "empty"), str(tmp_path / "none")))


def test_peek_keeps_what_it_looked_at() -> None:
    head, whole = peek(iter([b"a" * 200_000, b"b" * 200_000, b"c"]), "path")
    assert head == b"a" * 200_000 + b"b" * 62_144
    assert b"".join(whole) == b"a" * 200_000 + b"b" * 200_000 + b"c"
    with pytest.raises(EmptyInput, match="path"):
        peek(iter([]), "path")


def test_a_source_is_closed_when_the_interpreter_has_let_go_of_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    (tmp_path / "text").write_bytes(TEXT)
    source = Source(0, str(tmp_path / "text"), "pcap", compressed=False)
    assert source.read(1, 2) == b"\1\2"
    handle = source._handle
    assert handle is not None
    number = handle.number
    with monkeypatch.context() as patched:
        patched.setattr(sources, "os", None)
        del source, handle
        gc.collect()
    assert not recwarn.list
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)
