"""What a message has for a person to look up: the way that it took, its session description, who proves what.

    Via: the way of the request, from its sender on
      1  UDP  10.0.0.1:5070  came from 192.0.2.1:1027  z9hG4bKa
    session description 28908, version 7, of carol at 192.0.2.1
      audio  192.0.2.1:49172  RTP/AVP  sendrecv
        0  PCMU/8000

Every yielded line is safe to print, and the columns of a part are aligned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siptrace.reconstruct.offer import media_place
from siptrace.render.cells import cells, pad, visible
from siptrace.render.words import count_of
from siptrace.sip.digest import PARAMETERS, Challenge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siptrace.sip.digest import Credentials
    from siptrace.sip.fields import Via
    from siptrace.sip.message import Message
    from siptrace.sip.sdp import Codec, Media, Session

__all__ = ["proof_lines", "session_lines", "way_lines"]


def way_lines(vias: Sequence[Via]) -> Iterator[str]:
    """Yield the way of the request as its Via fields tell it, its sender first (RFC 3261 18.2.1, RFC 3581 4)."""
    if vias:
        yield "Via: the way of the request, from its sender on"
        yield from _aligned(
            "  ",
            [
                (str(n), via.transport, via.sent_by, _came_from(via), via.branch or "no branch")
                for n, via in enumerate(reversed(vias), 1)
            ],
        )


def session_lines(session: Session) -> Iterator[str]:
    """Yield a session description: who made it, then each stream with its formats (RFC 8866 5.2, 5.14, 6.6)."""
    origin = session.origin
    made = ""
    if origin is not None:
        by = "" if origin.username == "-" else f"{origin.username} at "
        made = f" {origin.session_id}, version {origin.session_version}, of {by}{origin.address}"
    yield visible(f"session description{made}")
    for media in session.media:
        columns = (media.kind, media_place(media), media.protocol, media.direction, ", ".join(_extras(media)))
        yield from _aligned("  ", [columns])
        yield from _aligned("    ", [_format(codec) for codec in media.codecs], right=True)


def proof_lines(sip: Message) -> Iterator[str]:
    """Yield challenges and credentials with what their parameters mean (RFC 3261 22, RFC 7616 3.3, 3.4)."""
    proofs: list[Challenge | Credentials] = [*sip.challenges, *sip.credentials]
    for auth in proofs:
        yield visible(f"{auth.scheme} {_purpose(auth)}")
        rows = [(name, PARAMETERS.get(name, ""), value or "") for name, value in auth.params.items()]
        yield from _aligned("  ", [*rows, *([("token", "", auth.token)] if auth.token else [])])


def _aligned(indent: str, rows: Sequence[Sequence[str]], *, right: bool = False) -> Iterator[str]:
    """Yield rows in columns as wide as they need, the first one to the right if wanted; empty columns are left out."""
    shown = [list(map(visible, row)) for row in rows]
    widths = [max(map(cells, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        parts = [pad(text, width) for text, width in zip(row, widths, strict=True) if width]
        if right and widths[0]:
            parts[0] = f"{' ' * (widths[0] - cells(row[0]))}{row[0]}"
        yield f"{indent}{'  '.join(parts)}".rstrip()


def _came_from(via: Via) -> str:
    """Return where a request came from, as the next hop saw it, where it says so (RFC 3261 18.2.1, RFC 3581 4)."""
    if via.received is None and via.rport is None:
        return ""
    host = via.received or via.host
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"came from {host}" if via.rport is None else f"came from {host}:{via.rport}"


def _extras(media: Media) -> Iterator[str]:
    """Yield what else is agreed about a stream: packets, bandwidth, RTCP, keys, candidates."""
    if media.ptime:
        yield f"ptime {media.ptime:g}"
    yield from (f"{one.kind} {one.value}" for one in media.bandwidths)
    if media.rtcp is not None:
        yield f"RTCP at {media.rtcp.address or 'port'} {media.rtcp.port}"
    if media.rtcp_mux:
        yield "RTCP on the same port"
    yield from (f"SDES {crypto.suite}" for crypto in media.crypto)
    yield from (f"DTLS {fingerprint.hash}" for fingerprint in media.fingerprints)
    if media.candidates:
        yield f"ICE, {count_of(len(media.candidates), 'candidate')}"


def _format(codec: Codec) -> tuple[str, str, str]:
    """Return payload type, name with clock rate and channels, and parameters of a format."""
    number = "" if codec.payload_type < 0 else str(codec.payload_type)
    rate = f"/{codec.clock_rate}" if codec.clock_rate else ""
    channels = f"/{codec.channels}" if codec.channels > 1 else ""
    return number, f"{codec.name}{rate}{channels}", codec.fmtp or ""


def _purpose(auth: Challenge | Credentials) -> str:
    """Return whose challenge it is, or whom credentials are for."""
    if isinstance(auth, Challenge):
        return "challenge of a proxy" if auth.proxy else "challenge of the server"
    return "credentials for a proxy" if auth.proxy else "credentials for the server"
