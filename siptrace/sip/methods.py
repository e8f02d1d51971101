"""The methods and status codes of SIP, each with the document that defines it and a line on what it means.

A method or code that is not here is no error: both sets are open (RFC 3261 7.1, 8.1.3.2). `status_meaning` then falls
back on the class of the code, as RFC 3261 8.1.3.2 tells a client to.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["METHODS", "STATUSES", "Method", "Status", "default_reason", "status_meaning"]


class Method(NamedTuple):
    """One registered method."""

    name: str
    rfc: str
    meaning: str


class Status(NamedTuple):
    """One registered status code with the reason phrase that its document gives it."""

    code: int
    reason: str
    rfc: str
    meaning: str


METHODS: dict[str, Method] = {
    entry.name: entry
    for entry in (
        Method("INVITE", "RFC 3261 13", "start a call, or change one that runs"),
        Method("ACK", "RFC 3261 17.1.1.3", "confirm the final response to an INVITE"),
        Method("BYE", "RFC 3261 15", "end a call"),
        Method("CANCEL", "RFC 3261 9", "give up a request that has no final response yet"),
        Method("REGISTER", "RFC 3261 10", "tell a registrar where a user can be reached"),
        Method("OPTIONS", "RFC 3261 11", "ask what the other side can do, or whether it is alive"),
        Method("PRACK", "RFC 3262 6", "confirm a provisional response that was sent reliably"),
        Method("SUBSCRIBE", "RFC 6665 3.1", "ask to be told when a state changes"),
        Method("NOTIFY", "RFC 6665 3.2", "tell a subscriber the state"),
        Method("PUBLISH", "RFC 3903 4", "give a state to the server that tells subscribers"),
        Method("INFO", "RFC 6086 4", "carry data of an application within a call"),
        Method("REFER", "RFC 3515 2.4", "ask the other side to contact a third one: call transfer"),
        Method("MESSAGE", "RFC 3428 4", "deliver an instant message"),
        Method("UPDATE", "RFC 3311 5", "change a session before or after its answer"),
    )
}
"""The registered methods by name; names are case-sensitive (RFC 3261 7.1)."""

_CLASSES = (
    "",
    "provisional",
    "success",
    "redirection",
    "failure of the request",
    "failure of the server",
    "global failure",
)

STATUSES: dict[int, Status] = {
    entry.code: entry
    for entry in (
        Status(100, "Trying", "RFC 3261 21.1.1", "the next hop has the request; retransmission stops"),
        Status(180, "Ringing", "RFC 3261 21.1.2", "the callee is being alerted"),
        Status(181, "Call Is Being Forwarded", "RFC 3261 21.1.3", "the call goes to another target"),
        Status(182, "Queued", "RFC 3261 21.1.4", "the callee is busy and the call waits"),
        Status(183, "Session Progress", "RFC 3261 21.1.5", "the call makes progress, often with early media"),
        Status(199, "Early Dialog Terminated", "RFC 6228 11.1", "one branch of a forked call has failed"),
        Status(200, "OK", "RFC 3261 21.2.1", "the request succeeded"),
        Status(202, "Accepted", "RFC 6665 8.3.1", "understood, the outcome follows later"),
        Status(204, "No Notification", "RFC 5839 7.1", "nothing changed, so no NOTIFY follows"),
        Status(300, "Multiple Choices", "RFC 3261 21.3.1", "several targets to choose from"),
        Status(301, "Moved Permanently", "RFC 3261 21.3.2", "the user is elsewhere from now on"),
        Status(302, "Moved Temporarily", "RFC 3261 21.3.3", "the user is elsewhere for the moment"),
        Status(305, "Use Proxy", "RFC 3261 21.3.4", "the target is reached through a proxy only"),
        Status(380, "Alternative Service", "RFC 3261 21.3.5", "the call failed, another service is offered"),
        Status(400, "Bad Request", "RFC 3261 21.4.1", "the request is malformed"),
        Status(401, "Unauthorized", "RFC 3261 21.4.2", "the server wants credentials"),
        Status(402, "Payment Required", "RFC 3261 21.4.3", "reserved"),
        Status(403, "Forbidden", "RFC 3261 21.4.4", "understood and refused; credentials do not help"),
        Status(404, "Not Found", "RFC 3261 21.4.5", "the domain has no such user"),
        Status(405, "Method Not Allowed", "RFC 3261 21.4.6", "this target does not take this method"),
        Status(406, "Not Acceptable", "RFC 3261 21.4.7", "no answer in a form the request accepts"),
        Status(407, "Proxy Authentication Required", "RFC 3261 21.4.8", "a proxy wants credentials"),
        Status(408, "Request Timeout", "RFC 3261 21.4.9", "no answer in time"),
        Status(410, "Gone", "RFC 3261 21.4.10", "the user was here, and left no address"),
        Status(412, "Conditional Request Failed", "RFC 3903 11.2.1", "the published state to refresh is unknown"),
        Status(413, "Request Entity Too Large", "RFC 3261 21.4.11", "the body is too large"),
        Status(414, "Request-URI Too Long", "RFC 3261 21.4.12", "the Request-URI is too long"),
        Status(415, "Unsupported Media Type", "RFC 3261 21.4.13", "the body is of a type that is not understood"),
        Status(416, "Unsupported URI Scheme", "RFC 3261 21.4.14", "the scheme of the Request-URI is unknown"),
        Status(417, "Unknown Resource-Priority", "RFC 4412 4.6.2", "no known priority value in the request"),
        Status(420, "Bad Extension", "RFC 3261 21.4.15", "a required extension is not understood"),
        Status(421, "Extension Required", "RFC 3261 21.4.16", "an extension is needed that the client does not offer"),
        Status(422, "Session Interval Too Small", "RFC 4028 6", "the session timer is too short"),
        Status(423, "Interval Too Brief", "RFC 3261 21.4.17", "the expiry of a registration is too short"),
        Status(424, "Bad Location Information", "RFC 6442 4.4", "the location is of no use"),
        Status(425, "Bad Alert Message", "RFC 8876 5.1", "an emergency alert is malformed"),
        Status(428, "Use Identity Header", "RFC 8224 6.2.2", "the call must be signed"),
        Status(429, "Provide Referrer Identity", "RFC 3892 5", "a REFER without a proof of who refers"),
        Status(430, "Flow Failed", "RFC 5626 11.5", "the connection to the phone is gone"),
        Status(433, "Anonymity Disallowed", "RFC 5079 5", "anonymous calls are refused"),
        Status(436, "Bad Identity Info", "RFC 8224 6.2.2", "the certificate of the signature is unreachable"),
        Status(437, "Unsupported Credential", "RFC 8224 6.2.2", "the certificate of the signature is not trusted"),
        Status(438, "Invalid Identity Header", "RFC 8224 6.2.2", "the signature does not verify"),
        Status(439, "First Hop Lacks Outbound Support", "RFC 5626 11.6", "the edge proxy cannot keep a flow"),
        Status(440, "Max-Breadth Exceeded", "RFC 5393 5.3.3", "no breadth left to fork the request"),
        Status(469, "Bad Info Package", "RFC 6086 4.2.2", "the INFO is about something not agreed on"),
        Status(470, "Consent Needed", "RFC 5360 5.9.2", "a recipient has not consented"),
        Status(480, "Temporarily Unavailable", "RFC 3261 21.4.18", "the user is known and not reachable now"),
        Status(481, "Call/Transaction Does Not Exist", "RFC 3261 21.4.19", "no dialog or transaction fits the request"),
        Status(482, "Loop Detected", "RFC 3261 21.4.20", "the request came back to where it was"),
        Status(483, "Too Many Hops", "RFC 3261 21.4.21", "Max-Forwards reached zero"),
        Status(484, "Address Incomplete", "RFC 3261 21.4.22", "the number is too short"),
        Status(485, "Ambiguous", "RFC 3261 21.4.23", "the address fits several users"),
        Status(486, "Busy Here", "RFC 3261 21.4.24", "the callee is busy at this phone"),
        Status(487, "Request Terminated", "RFC 3261 21.4.25", "ended by a CANCEL or BYE"),
        Status(488, "Not Acceptable Here", "RFC 3261 21.4.26", "this phone cannot take the media on offer"),
        Status(489, "Bad Event", "RFC 6665 8.3.2", "the event package is not understood"),
        Status(491, "Request Pending", "RFC 3261 21.4.27", "both sides changed the call at once; try again"),
        Status(493, "Undecipherable", "RFC 3261 21.4.28", "the body is encrypted with an unknown key"),
        Status(494, "Security Agreement Required", "RFC 3329 2.3.1", "a security mechanism must be agreed on first"),
        Status(500, "Server Internal Error", "RFC 3261 21.5.1", "the server failed"),
        Status(501, "Not Implemented", "RFC 3261 21.5.2", "the server does not know the method"),
        Status(502, "Bad Gateway", "RFC 3261 21.5.3", "the server behind gave a bad answer"),
        Status(503, "Service Unavailable", "RFC 3261 21.5.4", "overloaded or in maintenance; try another server"),
        Status(504, "Server Time-out", "RFC 3261 21.5.5", "a server behind did not answer in time"),
        Status(505, "Version Not Supported", "RFC 3261 21.5.6", "the SIP version is unknown"),
        Status(513, "Message Too Large", "RFC 3261 21.5.7", "the message is too large"),
        Status(555, "Push Notification Service Not Supported", "RFC 8599 14.1", "the push service is unknown"),
        Status(580, "Precondition Failure", "RFC 3312 8", "the quality of service that was demanded is not there"),
        Status(600, "Busy Everywhere", "RFC 3261 21.6.1", "the callee is busy at every phone"),
        Status(603, "Decline", "RFC 3261 21.6.2", "the callee does not want the call"),
        Status(604, "Does Not Exist Anywhere", "RFC 3261 21.6.3", "the user exists nowhere"),
        Status(606, "Not Acceptable", "RFC 3261 21.6.4", "the media on offer can be taken nowhere"),
        Status(607, "Unwanted", "RFC 8197 4", "the callee marks the call as unwanted"),
        Status(608, "Rejected", "RFC 8688 3", "a machine in between rejected the call"),
    )
}
"""The registered status codes."""


def default_reason(code: int) -> str:
    """Return the reason phrase that goes with a status code, "" for one that is not registered."""
    entry = STATUSES.get(code)
    return entry.reason if entry else ""


def status_meaning(code: int) -> str:
    """Return what a status code means, for an unregistered one what its class means (RFC 3261 7.2)."""
    entry = STATUSES.get(code)
    if entry:
        return entry.meaning
    return _CLASSES[code // 100] if 100 <= code <= 699 else "no status code of SIP"
