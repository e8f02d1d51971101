"""The header fields that matter in VoIP, once: name, compact form, shape, source and meaning.

The registry answers three questions: how a name is spelled (`canonical_name`), whether a value is a list that may be
cut at commas (`is_list`), and what to tell a person who asks what the field is for (`HEADERS[name].meaning`). A field
that is not in it is kept under the name it was written with and never cut (RFC 4475 3.1.1.1).
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

__all__ = ["HEADERS", "HeaderField", "Shape", "canonical_name", "is_list"]


class Shape(Enum):
    """How often a field may stand, and whether commas join its values (RFC 3261 7.3.1)."""

    ONE = "once in a message"
    LIST = "any number of values, on lines of their own or joined by commas"
    LINES = "any number of lines, whose commas belong to one value"


class HeaderField(NamedTuple):
    """One registered header field; `compact` is "" where there is no short form, `rfc` the document that defines it."""

    name: str
    compact: str
    shape: Shape
    rfc: str
    meaning: str


ONE, LIST, LINES = Shape.ONE, Shape.LIST, Shape.LINES

_TABLE = (
    HeaderField("Accept", "", LIST, "RFC 3261 20.1", "body types the sender can read"),
    HeaderField("Accept-Contact", "a", LIST, "RFC 3841 9.2", "what kind of device the caller wants to reach"),
    HeaderField("Accept-Encoding", "", LIST, "RFC 3261 20.2", "body compressions the sender can undo"),
    HeaderField("Accept-Language", "", LIST, "RFC 3261 20.3", "languages wanted for texts and reason phrases"),
    HeaderField("Accept-Resource-Priority", "", LIST, "RFC 4412 3.2", "priority values the server understands"),
    HeaderField("Alert-Info", "", LIST, "RFC 3261 20.4", "which ring tone to play"),
    HeaderField("Allow", "", LIST, "RFC 3261 20.5", "methods the sender understands"),
    HeaderField("Allow-Events", "u", LIST, "RFC 6665 8.2.2", "event packages the sender can notify about"),
    HeaderField("Answer-Mode", "", ONE, "RFC 5373 3", "whether the phone is asked to answer by itself"),
    HeaderField("Authentication-Info", "", ONE, "RFC 3261 20.6", "the server's proof, and the next nonce"),
    HeaderField("Authorization", "", LINES, "RFC 3261 20.7", "credentials for the server of the request"),
    HeaderField("Call-ID", "i", ONE, "RFC 3261 20.8", "the name of the call, the same in all its messages"),
    HeaderField("Call-Info", "", LIST, "RFC 3261 20.9", "where more about caller or callee is to be found"),
    HeaderField("Contact", "m", LIST, "RFC 3261 20.10", "where to send further requests, or a binding to register"),
    HeaderField("Content-Disposition", "", ONE, "RFC 3261 20.11", "what the body is for"),
    HeaderField("Content-Encoding", "e", LIST, "RFC 3261 20.12", "how the body is compressed"),
    HeaderField("Content-ID", "", ONE, "RFC 8262 4.1", "the name of the body, for references to it"),
    HeaderField("Content-Language", "", LIST, "RFC 3261 20.13", "the language of the body"),
    HeaderField("Content-Length", "l", ONE, "RFC 3261 20.14", "the length of the body in bytes"),
    HeaderField("Content-Transfer-Encoding", "", ONE, "RFC 2045 6", "how the body is encoded"),
    HeaderField("Content-Type", "c", ONE, "RFC 3261 20.15", "what the body is"),
    HeaderField("CSeq", "", ONE, "RFC 3261 20.16", "the number and method that order the requests of a dialog"),
    HeaderField("Date", "", ONE, "RFC 3261 20.17", "when the message was first sent, in GMT"),
    HeaderField("Diversion", "", LIST, "RFC 5806 3", "who redirected the call before, latest first"),
    HeaderField("Error-Info", "", LIST, "RFC 3261 20.18", "where more about an error is to be found"),
    HeaderField("Event", "o", ONE, "RFC 6665 8.2.1", "which event package is subscribed to or notified about"),
    HeaderField("Expires", "", ONE, "RFC 3261 20.19", "for how many seconds the message or binding holds"),
    HeaderField("Feature-Caps", "", LIST, "RFC 6809 5", "what a proxy on the path can do"),
    HeaderField("Flow-Timer", "", ONE, "RFC 5626 11.1", "seconds of silence after which a flow counts as broken"),
    HeaderField(
        "From", "f", ONE, "RFC 3261 20.20", "who sends the request; the tag is the sender's half of the dialog"
    ),
    HeaderField("Geolocation", "", LIST, "RFC 6442 4.1", "where the caller is"),
    HeaderField("Geolocation-Error", "", ONE, "RFC 6442 4.3", "why a location was of no use"),
    HeaderField("Geolocation-Routing", "", ONE, "RFC 6442 4.2", "whether the location may be used for routing"),
    HeaderField("History-Info", "", LIST, "RFC 7044 5", "the targets a request had before, in order"),
    HeaderField("Identity", "y", LIST, "RFC 8224 4", "a signature over who calls whom (STIR)"),
    HeaderField("Identity-Info", "n", ONE, "RFC 4474 9", "where the certificate of an old Identity lies"),
    HeaderField("In-Reply-To", "", LIST, "RFC 3261 20.21", "the Call-IDs this call answers"),
    HeaderField("Info-Package", "", ONE, "RFC 6086 10.5", "what an INFO is about"),
    HeaderField("Join", "", ONE, "RFC 3911 7.1", "the dialog to join into a conference"),
    HeaderField("Max-Breadth", "", ONE, "RFC 5393 5.3.3", "how many branches proxies may still fork into"),
    HeaderField("Max-Forwards", "", ONE, "RFC 3261 20.22", "how many proxies may still forward the request"),
    HeaderField("MIME-Version", "", ONE, "RFC 3261 20.24", "the version of MIME that the body follows"),
    HeaderField("Min-Expires", "", ONE, "RFC 3261 20.23", "the shortest interval the server accepts, in seconds"),
    HeaderField("Min-SE", "", ONE, "RFC 4028 5", "the shortest session timer accepted, in seconds"),
    HeaderField("Organization", "", ONE, "RFC 3261 20.25", "the organization of the sender"),
    HeaderField("P-Access-Network-Info", "", LIST, "RFC 7315 4.4", "the access network of a mobile phone"),
    HeaderField("P-Answer-State", "", ONE, "RFC 4964 5.1", "whether a push-to-talk answer was confirmed"),
    HeaderField("P-Asserted-Identity", "", LIST, "RFC 3325 9.1", "the caller as a trusted network knows it"),
    HeaderField("P-Asserted-Service", "", LIST, "RFC 6050 4.1", "the service as a trusted network knows it"),
    HeaderField("P-Associated-URI", "", LIST, "RFC 7315 4.1", "further addresses of the registered user"),
    HeaderField("P-Called-Party-ID", "", ONE, "RFC 7315 4.2", "the address that was called, before retargeting"),
    HeaderField("P-Charging-Function-Addresses", "", ONE, "RFC 7315 4.5", "where charging records go"),
    HeaderField("P-Charging-Vector", "", ONE, "RFC 7315 4.6", "the identifiers that join charging records"),
    HeaderField("P-DCS-Billing-Info", "", ONE, "RFC 5503 9", "billing data between cable operators"),
    HeaderField("P-DCS-LAES", "", ONE, "RFC 5503 8", "surveillance data between cable operators"),
    HeaderField("P-DCS-OSPS", "", ONE, "RFC 5503 7", "an operator's call type: busy verification, barge in"),
    HeaderField("P-DCS-Redirect", "", ONE, "RFC 5503 10", "billing data of a redirected call"),
    HeaderField("P-DCS-Trace-Party-ID", "", ONE, "RFC 5503 6", "the party that a malicious call trace names"),
    HeaderField("P-Early-Media", "", LIST, "RFC 5009 8", "in which direction media may flow before the answer"),
    HeaderField("P-Media-Authorization", "", LIST, "RFC 3313 5", "a token for the quality of service of the media"),
    HeaderField("P-Preferred-Identity", "", LIST, "RFC 3325 9.2", "the identity the caller would like asserted"),
    HeaderField("P-Preferred-Service", "", LIST, "RFC 6050 4.2", "the service the caller would like asserted"),
    HeaderField("P-Profile-Key", "", ONE, "RFC 5002 5", "the profile of a served user"),
    HeaderField("P-Served-User", "", ONE, "RFC 5502 4", "the user that an application server serves"),
    HeaderField("P-User-Database", "", ONE, "RFC 4457 4", "the database that holds the user's profile"),
    HeaderField("P-Visited-Network-ID", "", LIST, "RFC 7315 4.3", "the network in which a roaming phone is"),
    HeaderField("Path", "", LIST, "RFC 3327 4", "the proxies between a registered phone and its registrar"),
    HeaderField("Permission-Missing", "", LIST, "RFC 5360 5.9.3", "recipients who have not consented"),
    HeaderField("Policy-Contact", "", LIST, "RFC 6794 5.4", "where a session policy is to be had"),
    HeaderField("Policy-ID", "", LIST, "RFC 6794 5.3", "the session policy in use"),
    HeaderField("Priority", "", ONE, "RFC 3261 20.26", "how urgent the caller thinks the request is"),
    HeaderField("Priv-Answer-Mode", "", ONE, "RFC 5373 3", "as Answer-Mode, for callers with a privilege"),
    HeaderField("Privacy", "", ONE, "RFC 3323 4.2", "what must be hidden from the callee"),
    HeaderField("Proxy-Authenticate", "", LINES, "RFC 3261 20.27", "a proxy's challenge to identify"),
    HeaderField("Proxy-Authorization", "", LINES, "RFC 3261 20.28", "credentials for a proxy"),
    HeaderField("Proxy-Require", "", LIST, "RFC 3261 20.29", "extensions that proxies must understand"),
    HeaderField("RAck", "", ONE, "RFC 3262 7.2", "which reliable provisional response a PRACK acknowledges"),
    HeaderField("Reason", "", LIST, "RFC 3326 2", "why the request was sent, or what another protocol said"),
    HeaderField("Record-Route", "", LIST, "RFC 3261 20.30", "the proxies that stay on the path of the dialog"),
    HeaderField("Recv-Info", "", LIST, "RFC 6086 10.6", "what INFO packages the sender can receive"),
    HeaderField("Refer-Events-At", "", ONE, "RFC 7614 4.3", "where to subscribe to the progress of a REFER"),
    HeaderField("Refer-Sub", "", ONE, "RFC 4488 4", "whether a REFER makes a subscription"),
    HeaderField("Refer-To", "r", ONE, "RFC 3515 2.1", "whom the recipient of a REFER shall call"),
    HeaderField("Referred-By", "b", ONE, "RFC 3892 3", "who asked for this request by a REFER"),
    HeaderField("Reject-Contact", "j", LIST, "RFC 3841 9.3", "what kind of device the caller does not want"),
    HeaderField("Remote-Party-ID", "", LIST, "draft-ietf-sip-privacy-04", "the caller as a proxy knows it, before PAI"),
    HeaderField("Replaces", "", ONE, "RFC 3891 6.1", "the dialog that this call takes the place of"),
    HeaderField("Reply-To", "", ONE, "RFC 3261 20.31", "whom to call back"),
    HeaderField("Request-Disposition", "d", LIST, "RFC 3841 9.1", "how proxies shall treat the request"),
    HeaderField("Require", "", LIST, "RFC 3261 20.32", "extensions that the recipient must understand"),
    HeaderField("Resource-Priority", "", LIST, "RFC 4412 3.1", "the priority of the call in an emergency"),
    HeaderField("Retry-After", "", ONE, "RFC 3261 20.33", "after how many seconds to try again"),
    HeaderField("Route", "", LIST, "RFC 3261 20.34", "the proxies the request must pass, next first"),
    HeaderField("RSeq", "", ONE, "RFC 3262 7.1", "the number of a reliable provisional response"),
    HeaderField("Security-Client", "", LIST, "RFC 3329 2.2", "security mechanisms the client offers"),
    HeaderField("Security-Server", "", LIST, "RFC 3329 2.2", "security mechanisms the server offers"),
    HeaderField("Security-Verify", "", LIST, "RFC 3329 2.2", "the server's offer, repeated under protection"),
    HeaderField("Server", "", ONE, "RFC 3261 20.35", "the software that answers"),
    HeaderField("Service-Route", "", LIST, "RFC 3608 5", "the proxies a registered phone shall route through"),
    HeaderField("Session-Expires", "x", ONE, "RFC 4028 4", "after how many seconds a session needs a refresh"),
    HeaderField("Session-ID", "", ONE, "RFC 7989 5", "a name of the session that survives back-to-back agents"),
    HeaderField("SIP-ETag", "", ONE, "RFC 3903 11.3.1", "the name of a published state"),
    HeaderField("SIP-If-Match", "", ONE, "RFC 3903 11.3.2", "the published state that is refreshed or removed"),
    HeaderField("Subject", "s", ONE, "RFC 3261 20.36", "what the call is about"),
    HeaderField("Subscription-State", "", ONE, "RFC 6665 8.2.3", "whether a subscription is active, and how long"),
    HeaderField("Supported", "k", LIST, "RFC 3261 20.37", "extensions the sender understands"),
    HeaderField("Suppress-If-Match", "", ONE, "RFC 5839 6.1", "the state the subscriber has already"),
    HeaderField("Target-Dialog", "", ONE, "RFC 4538 7", "a dialog the sender proves to know"),
    HeaderField("Timestamp", "", ONE, "RFC 3261 20.38", "when the client sent the request, by its own clock"),
    HeaderField("To", "t", ONE, "RFC 3261 20.39", "who is called; the tag is the callee's half of the dialog"),
    HeaderField("Trigger-Consent", "", LIST, "RFC 5360 5.11.2", "where to ask a recipient for consent"),
    HeaderField("Unsupported", "", LIST, "RFC 3261 20.40", "required extensions that were not understood"),
    HeaderField("User-Agent", "", ONE, "RFC 3261 20.41", "the software that asks"),
    HeaderField("User-to-User", "", LIST, "RFC 7433 4", "data from one end to the other"),
    HeaderField("Via", "v", LIST, "RFC 3261 20.42", "the way back for the response, latest hop first"),
    HeaderField("Warning", "", LIST, "RFC 3261 20.43", "more about what went wrong, often about the media"),
    HeaderField("WWW-Authenticate", "", LINES, "RFC 3261 20.44", "the server's challenge to identify"),
)

HEADERS: dict[str, HeaderField] = {entry.name: entry for entry in _TABLE}
"""The registry by canonical name."""

_LOWER = {entry.name.lower(): entry.name for entry in _TABLE} | {
    entry.compact: entry.name for entry in _TABLE if entry.compact
}

SPELLINGS: dict[str, str] = (
    _LOWER | {short.upper(): name for short, name in _LOWER.items()} | {entry.name: entry.name for entry in _TABLE}
)
"""The spellings that are common on the wire, so that most names take one look-up."""

LISTS = frozenset(entry.name for entry in _TABLE if entry.shape is LIST)
SINGLES = frozenset(entry.name for entry in _TABLE if entry.shape is ONE)


def canonical_name(name: str) -> str:
    """Return the registered spelling of a header name, full or compact, in any case; an unknown name as it is."""
    return SPELLINGS.get(name) or _LOWER.get(name.lower(), name)


def is_list(name: str) -> bool:
    """Return whether the values of this header field (any spelling) may be joined by commas."""
    return canonical_name(name) in LISTS
