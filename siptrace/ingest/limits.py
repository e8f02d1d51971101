"""Every limit of reading captures, in one place, each with its reason.

A limit never loses anything silently: what goes over one becomes an anomaly.
"""

from __future__ import annotations

__all__ = [
    "FRAGMENTS_TOGETHER_NS",
    "FRAGMENT_SECONDS",
    "HEAD_BYTES",
    "MAX_BLOCK",
    "MAX_CHAINS",
    "MAX_DECOMPRESSED",
    "MAX_FRAGMENTED",
    "MAX_HELD_BYTES",
    "MAX_HELD_SEGMENTS",
    "MAX_IGNORED",
    "MAX_JUMP",
    "MAX_LINE",
    "MAX_MARKS",
    "MAX_PACKET",
    "MAX_SEARCH",
    "MAX_STREAMS",
    "MAX_STREAM_BYTES",
    "MAX_TUNNELS",
    "READ_BYTES",
    "RESYNC_BYTES",
    "WINDOW_BYTES",
]

HEAD_BYTES = 256 * 1024
"""How much of a source is looked at to recognise it: a server writes some pages of log before its first message."""

READ_BYTES = 1024 * 1024
"""One read from a pipe or a compressed file, and one step of decompression: large enough to be few calls."""

WINDOW_BYTES = 16 * 1024 * 1024
"""How much of a file is read and walked at once: small beside the rows of a capture that has many windows, and large
enough that handing it to other threads, and waiting for them, costs little."""

MAX_PACKET = 256 * 1024
"""The largest packet record of a pcap or pcapng file: libpcap's own MAXIMUM_SNAPLEN. A larger one is a damaged
length."""

MAX_BLOCK = 16 * 1024 * 1024
"""The largest pcapng block: name resolution and decryption secrets grow, but a larger one is a damaged length."""

RESYNC_BYTES = 4 * MAX_PACKET
"""How far behind a damaged pcap record the next plausible one is looked for."""

MAX_DECOMPRESSED = 256 * 1024**3
"""How much a compressed source may hold. It is streamed, so this bounds time and not memory: a bomb ends here."""

MAX_LINE = 1024 * 1024
"""The longest line of a text log; a longer one is handed on in pieces, so that a binary file cannot fill the memory."""

MAX_CHAINS = 8
"""How many captures that overlap in time (taps) keep their TCP and fragment state open at once."""

MAX_FRAGMENTED = 1024
"""How many unfinished IP datagrams are kept: at most 64 MiB, and far more than a link has under way in a minute."""

FRAGMENT_SECONDS = 60
"""How long, in capture time, a datagram waits for its fragments: RFC 8200 4.5 says 60 s, RFC 1122 3.3.2 60
to 120 s."""

FRAGMENTS_TOGETHER_NS = 1_000_000_000
"""Fragments of a datagram are sent back to back: what did not come within a second is lost, and not just late."""

MAX_STREAM_BYTES = 256 * 1024 * 1024
"""How many bytes all streams together may keep for messages that are not yet whole and behind gaps."""

MAX_STREAMS = 32768
"""How many directions of TCP connections are followed at once: what a proxy with 16,000 phones on TCP has open."""

MAX_IGNORED = 262144
"""How many directions of connections are remembered as no SIP; one that is forgotten is only looked at once more."""

MAX_HELD_SEGMENTS = 512
"""How many segments wait for a missing one: more than fill a window of 256 KiB at Ethernet size."""

MAX_HELD_BYTES = 512 * 1024
"""How many bytes of a stream wait for a missing segment before the gap is taken as final."""

MAX_JUMP = 16 * 1024 * 1024
"""How far a sequence number may lie from the expected one; farther off it is another connection on the same ports."""

MAX_MARKS = 256
"""How many segments of an unfinished message are told apart: with more, the first ones count as one."""

MAX_SEARCH = 64 * 1024
"""How many bytes of a stream are looked at for its first SIP message before it is taken for something else: a capture
that begins in mid-stream begins at worst inside one large message."""

MAX_TUNNELS = 4
"""How many tunnels and tags of other networks may lie in each other: hostile packets could nest without end."""
