"""A script: index many damaged packets with every index checked (NUMBA_BOUNDSCHECK=1); prints packets and messages."""

from __future__ import annotations

import json
import random
import sys
from typing import Any

import numpy as np

from siptrace.table.interner import KERNEL
from siptrace.table.layout import KIND_COUNT, LINKS, MEMO, ROW

SECRET = (7, 11)


def damaged(frame: bytes, lines: list[bytes], rng: random.Random) -> bytes:
    """Return a frame with wrong bytes, an odd line or another end; IP and UDP lengths are those of what is there."""
    head, body = frame[:42], frame[42:]
    what = rng.randrange(4)
    place = rng.randrange(len(body))
    if what == 0:
        body = body[:place]
    elif what == 1:
        body = body[:place] + rng.randbytes(2) + body[place + 2 :]
    elif what == 2:
        rows = body.split(b"\r\n")
        rows[rng.randrange(len(rows))] = rng.choice(lines)
        body = b"\r\n".join(rows)[: rng.choice((place, 65000))]
    else:
        start = bytearray(frame)
        for _ in range(3):
            start[rng.randrange(42)] = rng.randrange(256)
        return bytes(start)
    return (
        head[:16]
        + (28 + len(body)).to_bytes(2, "big")
        + head[18:38]
        + (8 + len(body)).to_bytes(2, "big")
        + head[40:]
        + body
    )


def check_that_it_checks() -> None:
    """Raise an AssertionError where an index that is too high does not end in an error."""
    try:
        KERNEL("rehash", np.ones(4, np.int64), np.zeros(1, np.int64))
    except RuntimeError:
        return
    raise AssertionError("indices are not checked")


def main() -> None:
    """Read frames and lines from standard input."""
    KERNEL.load()
    check_that_it_checks()
    given: dict[str, Any] = json.load(sys.stdin)
    frames = [bytes.fromhex(frame) for frame in given["frames"]]
    lines = [bytes.fromhex(line) for line in given["lines"]]
    rng = random.Random(1)  # noqa: S311  (the same damage each time)
    packets = [frame[:cut] for frame in frames[:2] for cut in range(1, len(frame) + 1)]
    packets += [damaged(rng.choice(frames), lines, rng) for _ in range(10_000)]
    packets += [rng.randbytes(rng.randrange(1, 100)) for _ in range(1000)]
    rows, handed, counts, memo = (np.zeros(size, np.int64) for size in (ROW, 6, 2, MEMO))
    links, messages = sorted(LINKS), 0
    slots, following = np.zeros(2 << 16, np.int64), np.ones(KIND_COUNT, np.int64)
    columns = np.zeros(4, np.int64), np.zeros(13, np.int32), np.zeros(2, np.int16)
    ends, sizes = np.zeros(2 * KIND_COUNT, np.int64), np.zeros(KIND_COUNT, np.int64)
    for packet in packets:
        link = 1 if rng.random() < 0.8 else rng.choice(links)
        record = np.array([0, 1, link, 0, len(packet), len(packet)], np.int64)
        data = np.array(list(packet), np.uint8)
        memo[:] = 0  # it is about one window
        KERNEL("index_records", data, record, *SECRET, rows, handed, memo, counts)
        messages += int(counts[0])
        found, copies = np.zeros(2 * KIND_COUNT, np.int64), np.zeros((len(data) + 10) * KIND_COUNT, np.uint8)
        count = int(counts[0])
        full = KERNEL("put_rows", data, rows, 0, count, 0, 1, slots, following, sizes, *columns, copies, ends, found)
        assert not full
    KERNEL("rehash", slots, np.zeros(2 << 17, np.int64))
    records, result = np.zeros(6 * 2000, np.int64), np.zeros(2, np.int64)
    for size in range(300):
        data = np.array(list(rng.randbytes(8) + bytes((rng.randrange(30), 0, 0, 0)) * 73)[:size], np.uint8)
        KERNEL("walk_window", data, 0, size, rng.randrange(2), rng.choice((16, 24)), 1, 1, 1, records, result)
    sys.stdout.write(f"{len(packets)} {messages}\n")


if __name__ == "__main__":
    main()
