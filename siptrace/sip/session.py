"""What a session description says (RFC 8866), and the attributes that offers and answers are made of (RFC 3264).

These are values; `siptrace.sip.sdp` reads them. Every line is kept: what has a meaning here gets a field or a property,
everything else stays in `attributes`. A property whose attribute makes no sense is None or ().
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from siptrace.sip.lexical import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siptrace.sip.lexical import Problems

__all__ = [
    "STATIC_PAYLOADS",
    "Attribute",
    "Bandwidth",
    "Codec",
    "Connection",
    "Crypto",
    "Fingerprint",
    "Media",
    "Origin",
    "Rtcp",
    "Session",
    "Timing",
]

STATIC_PAYLOADS: dict[int, tuple[str, int, int]] = {
    0: ("PCMU", 8000, 1),
    3: ("GSM", 8000, 1),
    4: ("G723", 8000, 1),
    5: ("DVI4", 8000, 1),
    6: ("DVI4", 16000, 1),
    7: ("LPC", 8000, 1),
    8: ("PCMA", 8000, 1),
    9: ("G722", 8000, 1),  # samples at 16 kHz; its RTP clock is 8 kHz for historical reasons (RFC 3551 4.5.2)
    10: ("L16", 44100, 2),
    11: ("L16", 44100, 1),
    12: ("QCELP", 8000, 1),
    13: ("CN", 8000, 1),
    14: ("MPA", 90000, 1),
    15: ("G728", 8000, 1),
    16: ("DVI4", 11025, 1),
    17: ("DVI4", 22050, 1),
    18: ("G729", 8000, 1),
    25: ("CelB", 90000, 1),
    26: ("JPEG", 90000, 1),
    28: ("nv", 90000, 1),
    31: ("H261", 90000, 1),
    32: ("MPV", 90000, 1),
    33: ("MP2T", 90000, 1),
    34: ("H263", 90000, 1),
}
"""Name, clock rate and channels of the payload types that need no rtpmap (RFC 3551 6, tables 4 and 5)."""

_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
_NOWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - an address in a message, nobody binds to it


class Attribute(NamedTuple):
    """One a= line; the value is None for a property such as `a=sendonly` (RFC 8866 5.13)."""

    name: str
    value: str | None


class Origin(NamedTuple):
    """The o= line: who made the description, and which version of it this is (RFC 8866 5.2)."""

    username: str
    session_id: str
    session_version: str
    net_type: str
    address_type: str
    address: str


class Connection(NamedTuple):
    """A c= line; `ttl` and `addresses` (how many) belong to multicast (RFC 8866 5.7)."""

    net_type: str
    address_type: str
    address: str
    ttl: int | None = None
    addresses: int = 1


class Bandwidth(NamedTuple):
    """A b= line: CT, AS and TIAS are the common kinds; AS and CT are in kbit/s, TIAS in bit/s (RFC 8866 5.8)."""

    kind: str
    value: int


class Timing(NamedTuple):
    """A t= line with its r= lines; 0 0 is a session without bounds (RFC 8866 5.9, 5.10)."""

    start: int
    stop: int
    repeats: tuple[str, ...] = ()


class Codec(NamedTuple):
    """One format of a media line; `payload_type` is -1 and `clock_rate` 0 where the format is no RTP payload type."""

    payload_type: int
    name: str
    clock_rate: int
    channels: int
    fmtp: str | None


class Crypto(NamedTuple):
    """An a=crypto line: keys for SRTP in the clear (RFC 4568 4)."""

    tag: str
    suite: str
    key_params: str


class Fingerprint(NamedTuple):
    """An a=fingerprint line: the certificate that DTLS will show (RFC 8122 5)."""

    hash: str
    value: str


class Rtcp(NamedTuple):
    """An a=rtcp line; the address is None where it is that of the media (RFC 3605 2.1)."""

    port: int
    address: str | None


@dataclass(frozen=True)
class Media:
    """One m= line and what follows it (RFC 8866 5.14).

    `connection` is its own or, without one, that of the session. `session_attributes` are the values, by name, of those
    that hold for all media: attributes are looked up here first, then there.
    """

    kind: str
    port: int
    port_count: int
    protocol: str
    formats: tuple[str, ...]
    title: str | None = None
    connection: Connection | None = None
    bandwidths: tuple[Bandwidth, ...] = ()
    key: str | None = None
    attributes: tuple[Attribute, ...] = ()
    session_attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False, repr=False)

    def values(self, name: str) -> tuple[str, ...]:
        """Return the value of each attribute of this name; those of the session where the media has none."""
        return self._by_name.get(name) or self.session_attributes.get(name, ())

    def get(self, name: str) -> str | None:
        """Return the first value of an attribute ("" for a property), or None."""
        return next(iter(self.values(name)), None)

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        """The values of the media's own attributes by name."""
        return by_name(self.attributes)

    @property
    def address(self) -> str | None:
        """The address that media shall be sent to."""
        return self.connection.address if self.connection else None

    @cached_property
    def direction(self) -> str:
        """`sendrecv`, `sendonly`, `recvonly` or `inactive`, as seen by who wrote it (RFC 3264 5.1, RFC 8866 6.7)."""
        for names in (self._by_name, self.session_attributes):
            for direction in _DIRECTIONS:
                if direction in names:
                    return direction
        return "sendrecv"

    @property
    def is_rejected(self) -> bool:
        """Whether the port 0 refuses or ends the stream (RFC 3264 6); with bundle-only it does not (RFC 8843 6)."""
        return self.port == 0 and self.get("bundle-only") is None

    @property
    def is_hold(self) -> bool:
        """Whether the writer does not want to hear: sendonly, inactive, or the old c=0.0.0.0 (RFC 3264 8.4)."""
        return self.direction in ("sendonly", "inactive") or self.address in _NOWHERE

    @cached_property
    def codecs(self) -> tuple[Codec, ...]:
        """The formats in their order, named by rtpmap or RFC 3551, with their fmtp (RFC 8866 6.6, 6.15)."""
        maps = dict(_numbered(value) for value in self.values("rtpmap"))
        params = dict(_numbered(value) for value in self.values("fmtp"))
        is_rtp = "RTP/" in self.protocol.upper()
        return tuple(_codec(text, maps.get(text), params.get(text), is_rtp=is_rtp) for text in self.formats)

    @property
    def ptime(self) -> float | None:
        """The milliseconds of media in a packet (RFC 8866 6.4)."""
        text = self.get("ptime") or ""
        return float(text) if re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,6})?", text) else None

    @property
    def rtcp(self) -> Rtcp | None:
        """Where RTCP goes when not to the next port (RFC 3605)."""
        words = (self.get("rtcp") or "").split()
        port = number(words[0], 65535) if words else None
        return None if port is None else Rtcp(port, words[3] if len(words) > 3 else None)

    @property
    def rtcp_mux(self) -> bool:
        """Whether RTCP may share the port of RTP (RFC 5761 5.1.1)."""
        return self.get("rtcp-mux") is not None

    @property
    def crypto(self) -> tuple[Crypto, ...]:
        """The SRTP keys on offer (RFC 4568)."""
        lines = (value.split(None, 2) for value in self.values("crypto"))
        return tuple(Crypto(*words) for words in lines if len(words) == 3)

    @property
    def fingerprints(self) -> tuple[Fingerprint, ...]:
        """The DTLS certificates on offer (RFC 8122)."""
        lines = (value.split(None, 1) for value in self.values("fingerprint"))
        return tuple(Fingerprint(words[0].lower(), words[1].strip()) for words in lines if len(words) == 2)

    @property
    def candidates(self) -> tuple[str, ...]:
        """The ICE candidates as written (RFC 8839 5.1)."""
        return self.values("candidate")

    @property
    def ice_ufrag(self) -> str | None:
        """The ICE user name fragment (RFC 8839 5.4)."""
        return self.get("ice-ufrag")

    @property
    def ice_pwd(self) -> str | None:
        """The ICE password (RFC 8839 5.4)."""
        return self.get("ice-pwd")


class Session(NamedTuple):
    """A session description; `problems` is what is wrong with it, as BAD_SDP."""

    version: int | None = None
    origin: Origin | None = None
    name: str | None = None
    information: str | None = None
    uri: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    connection: Connection | None = None
    bandwidths: tuple[Bandwidth, ...] = ()
    timings: tuple[Timing, ...] = ()
    zones: str | None = None
    key: str | None = None
    attributes: tuple[Attribute, ...] = ()
    media: tuple[Media, ...] = ()
    problems: Problems = ()

    def get(self, name: str) -> str | None:
        """Return the first value of a session attribute ("" for a property), or None."""
        return next((value or "" for key, value in self.attributes if key == name), None)

    @property
    def is_hold(self) -> bool:
        """Whether every stream that is not rejected is on hold, and there is one."""
        alive = [media for media in self.media if not media.is_rejected]
        return bool(alive) and all(media.is_hold for media in alive)


def by_name(attributes: tuple[Attribute, ...]) -> dict[str, tuple[str, ...]]:
    """Return the values of attributes by their name, "" for a property."""
    found: dict[str, list[str]] = {}
    for name, value in attributes:
        found.setdefault(name, []).append(value or "")
    return {name: tuple(values) for name, values in found.items()}


def _numbered(value: str) -> tuple[str, str]:
    """Return the format and the text of an rtpmap or fmtp."""
    key, _, text = value.partition(" ")
    return key, text.strip()


def _codec(text: str, rtpmap: str | None, fmtp: str | None, *, is_rtp: bool) -> Codec:
    """Return one format: by its rtpmap, else by the static table, else by its bare text."""
    payload_type = number(text, 127) if is_rtp else None
    if payload_type is None:
        return Codec(-1, text, 0, 0, fmtp)
    if rtpmap is not None:
        name, _, rest = rtpmap.partition("/")
        rate, _, channels = rest.partition("/")
        return Codec(payload_type, name, number(rate, 2**31) or 0, number(channels, 255) or 1, fmtp)
    name, clock_rate, count = STATIC_PAYLOADS.get(payload_type, (text, 0, 0))
    return Codec(payload_type, name, clock_rate, count, fmtp)
