"""What is wrong with the header fields that every proxy and user agent must understand.

A parser that took every field apart to look for faults would spend its time on messages without any. So each field
has a pattern of `grammar` for what is right and common; only a value that does not match it is read in full, by the
function of `fields` that everybody else uses, and what that finds is what is told. The invariant, held by a test: a
value that the pattern accepts has no problems in the eyes of the function.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siptrace.errors import AnomalyCode
from siptrace.patterns import pattern
from siptrace.sip import grammar
from siptrace.sip.fields import (
    MAGIC_COOKIE,
    parse_cseq,
    parse_media_type,
    parse_name_addr,
    parse_name_addrs,
    parse_number,
    parse_via,
)
from siptrace.sip.grammar import LWS
from siptrace.sip.headers import SINGLES
from siptrace.sip.lexical import number, split_list
from siptrace.sip.message import MAX_CONTENT_LENGTH
from siptrace.sip.uri import distinct, uri_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from siptrace.sip.fields import NameAddr
    from siptrace.sip.lexical import Problems
    from siptrace.sip.message import Header, StartLine

    Found = list[tuple[AnomalyCode, str, str]]

__all__ = ["CHECKS", "check_fields", "check_request_uri"]

_NONE: Problems = ()
_NUMBER_PARAM = pattern(r";(?:q|expires)", re.IGNORECASE)
_RIGHT_NUMBER_PARAM = pattern(rf";(?:expires=[0-9]{{1,9}}|q=(?:{grammar.QVALUE_VALID.pattern}))(?=;|\Z)", re.IGNORECASE)


def check_via(value: str) -> Problems:
    """Return what is wrong with one line of Via (RFC 3261 20.42)."""
    for element in value.split(","):
        match = grammar.VIA_VALID.fullmatch(element.strip(LWS))
        if not match or not distinct(match[1]):
            return parse_via(value)[1]
    return _NONE


def _plain_params(value: str) -> str | None:
    """Return the header field parameters of one right and common address as text, None for any other value."""
    match = grammar.NAME_ADDR_VALID.fullmatch(value)
    if match:
        return match[2] if distinct(match[1]) and distinct(match[2]) else None
    match = grammar.ADDR_SPEC_VALID.fullmatch(value)
    return match[1] if match and distinct(match[1]) else None


def check_address(value: str) -> Problems:
    """Return what is wrong with a To or another single address (RFC 3261 20.39)."""
    return _NONE if _plain_params(value) is not None else parse_name_addr(value)[1]


def check_from(value: str) -> Problems:
    """Return what is wrong with a From, which must have a tag (RFC 3261 20.20, 8.1.1.3)."""
    params = _plain_params(value)
    if params and ";tag=" in params and '"' not in params:
        return _NONE
    address, problems = parse_name_addr(value)
    if address is not None and not address.tag:
        return (*problems, (AnomalyCode.MISSING_TAG, ""))
    return problems


def check_route(value: str) -> Problems:
    """Return what is wrong with a Route, Record-Route, Path or Service-Route: all their URIs stand in <> (20.34)."""
    for element in value.split(","):
        match = grammar.NAME_ADDR_VALID.fullmatch(element.strip(LWS))
        if not match or not distinct(match[1]) or not distinct(match[2]):
            return _route_problems(value)
    return _NONE


def _route_problems(value: str) -> Problems:
    """Return what is wrong with a list of routes, read in full."""
    elements, problems = split_list(value)
    if not elements or not all("<" in element for element in elements):
        problems = (*problems, (AnomalyCode.BAD_ADDRESS, "a route without <URI>"))
    return (*problems, *(problem for problem in parse_name_addrs(value)[1] if problem not in problems))


def check_contact(value: str) -> Problems:
    """Return what is wrong with a Contact, its q and expires parameters included (RFC 3261 20.10)."""
    params = _plain_params(value)
    if params is not None and not _NUMBER_PARAM.search(_RIGHT_NUMBER_PARAM.sub("", params)):
        return _NONE
    contacts, problems = parse_name_addrs(value)
    found = dict.fromkeys(problems)
    if not contacts:
        found[AnomalyCode.BAD_ADDRESS, "empty"] = None
    for contact in contacts:
        found |= dict.fromkeys(_contact_problems(contact))
        if contact.is_wildcard and len(contacts) > 1:
            found[AnomalyCode.BAD_ADDRESS, "* beside another Contact"] = None
    return tuple(found)


def _contact_problems(contact: NameAddr) -> Problems:
    """Return what is wrong with the numbers of one Contact."""
    found: list[tuple[AnomalyCode, str]] = []
    expires = contact.params.get("expires", "0")
    if number(expires or "", 2**32 - 1) is None:
        found.append((AnomalyCode.BAD_NUMBER, "the expires parameter is not a number below 2**32"))
    if "q" in contact.params and not grammar.QVALUE_VALID.fullmatch(contact.params["q"] or ""):
        found.append((AnomalyCode.BAD_NUMBER, "q is not a number from 0 to 1 with three digits"))
    return tuple(found)


def check_call_id(value: str) -> Problems:
    """Return what is wrong with a Call-ID: `word [ "@" word ]` (RFC 3261 25.1)."""
    return _NONE if grammar.CALL_ID_VALID.fullmatch(value) else ((AnomalyCode.BAD_HEADER, "not word[@word]"),)


def check_cseq(value: str) -> Problems:
    """Return what is wrong with a CSeq (RFC 3261 20.16)."""
    return parse_cseq(value)[1]


def check_max_forwards(value: str) -> Problems:
    """Return what is wrong with a Max-Forwards: 0 to 255 (RFC 3261 20.22)."""
    return parse_number(value, 255)[1]


def check_seconds(value: str) -> Problems:
    """Return what is wrong with a number of seconds: below 2**32 (RFC 3261 20.19)."""
    return parse_number(value, 2**32 - 1)[1]


def check_retry_after(value: str) -> Problems:
    """Return what is wrong with a Retry-After, a number of seconds with comment and parameters (RFC 3261 20.33)."""
    return check_seconds(value.partition(";")[0].partition("(")[0])


def check_content_length(value: str) -> Problems:
    """Return what is wrong with a Content-Length (RFC 3261 20.14)."""
    return parse_number(value, MAX_CONTENT_LENGTH, AnomalyCode.BAD_CONTENT_LENGTH)[1]


def check_content_type(value: str) -> Problems:
    """Return what is wrong with a Content-Type (RFC 3261 20.15)."""
    return _NONE if value == "application/sdp" else parse_media_type(value)[1]


def check_date(value: str) -> Problems:
    """Return what is wrong with a Date: it is in GMT and no other zone (RFC 3261 20.17)."""
    return _NONE if grammar.DATE_VALID.fullmatch(value) else ((AnomalyCode.BAD_DATE, ""),)


def check_warning(value: str) -> Problems:
    """Return what is wrong with a Warning: three digits, an agent and a quoted text (RFC 3261 20.43)."""
    elements, problems = split_list(value)
    if elements and all(grammar.WARNING_VALID.fullmatch(element) for element in elements):
        return problems
    return (*problems, (AnomalyCode.BAD_HEADER, "not a code of three digits, an agent and a quoted text"))


def check_challenge(value: str) -> Problems:
    """Return what is wrong with a WWW-Authenticate or Proxy-Authenticate (RFC 3261 20.44)."""
    from siptrace.sip.digest import parse_challenges  # noqa: PLC0415  (most messages carry none)

    return parse_challenges(value)[1]


def check_credentials(value: str) -> Problems:
    """Return what is wrong with an Authorization or Proxy-Authorization (RFC 3261 20.7)."""
    from siptrace.sip.digest import parse_credentials  # noqa: PLC0415  (most messages carry none)

    return parse_credentials(value)[1]


CHECKS: dict[str, Callable[[str], Problems]] = {
    "Via": check_via,
    "From": check_from,
    "To": check_address,
    "Call-ID": check_call_id,
    "CSeq": check_cseq,
    "Max-Forwards": check_max_forwards,
    "Contact": check_contact,
    "Route": check_route,
    "Record-Route": check_route,
    "Path": check_route,
    "Service-Route": check_route,
    "Content-Length": check_content_length,
    "Content-Type": check_content_type,
    "Expires": check_seconds,
    "Min-Expires": check_seconds,
    "Retry-After": check_retry_after,
    "Date": check_date,
    "Warning": check_warning,
    "WWW-Authenticate": check_challenge,
    "Proxy-Authenticate": check_challenge,
    "Authorization": check_credentials,
    "Proxy-Authorization": check_credentials,
    "Refer-To": check_address,
    "Reply-To": check_address,
}
"""The check of each field, by canonical name."""

_ALWAYS = ("Via", "From", "To", "Call-ID", "CSeq")


def check_fields(start: StartLine, headers: Sequence[Header], found: Found) -> int | None:
    """Add what is wrong with the header fields, alone and together, to `found`; return the usable Content-Length.

    Several Content-Length lines are as good as none (RFC 4475 3.3.9).
    """
    first: dict[str, str] = {}
    repeated = False
    for name, value in headers:
        check = CHECKS.get(name)
        if check is not None:
            for code, detail in check(value):
                found.append((code, f"{name}: {detail}" if detail else name, value))
        if name not in first:
            first[name] = value
        elif name in SINGLES:
            found.append((AnomalyCode.REPEATED_HEADER, name, value))
            repeated = repeated or name == "Content-Length"
    _check_presence(start, first, found)
    if "Via" in first:
        _check_branch(first["Via"], found)
    if start.uri is not None and "CSeq" in first:
        method = first["CSeq"].rpartition(" ")[2].rpartition("\t")[2]
        if method != start.method:
            found.append((AnomalyCode.CSEQ_MISMATCH, f"{method[:40]} is not {start.method[:40]}", first["CSeq"]))
    length = first.get("Content-Length")
    return None if length is None or repeated else number(length, MAX_CONTENT_LENGTH)


def _check_branch(top: str, found: Found) -> None:
    """Tell a top Via without the branch of RFC 3261, which legally comes from clients of RFC 2543 (17.2.3)."""
    if "branch=z9hG4bK" in top.partition(",")[0]:
        return
    vias, _ = parse_via(top)
    if vias and not vias[0].is_rfc3261 and vias[0].branch not in ("", MAGIC_COOKIE):
        found.append((AnomalyCode.NO_BRANCH, "", top))


def _check_presence(start: StartLine, first: dict[str, str], found: Found) -> None:
    """Tell the header fields that must be there and are not (RFC 3261 8.1.1, 8.2.6, 12.1)."""
    for name in _ALWAYS:
        if name not in first:
            found.append((AnomalyCode.MISSING_HEADER, name, ""))
    if start.uri is not None and "Max-Forwards" not in first:
        found.append((AnomalyCode.MISSING_HEADER, "Max-Forwards", ""))
    if "Contact" not in first and _needs_contact(start, first.get("CSeq", "")):
        found.append((AnomalyCode.MISSING_HEADER, "Contact", ""))


def _needs_contact(start: StartLine, cseq: str) -> bool:
    """Return whether the message makes a dialog of an INVITE, so that both sides need a Contact (RFC 3261 12.1)."""
    if start.status is not None:
        return 200 <= start.status < 300 and cseq.endswith("INVITE")
    return start.uri is not None and start.method == "INVITE"


def check_request_uri(uri: str, found: Found) -> None:
    """Add what is wrong with a Request-URI, which may carry no header fields (RFC 3261 19.1.1, table 1)."""
    match = grammar.SIP_URI_VALID.fullmatch(uri)
    if match and match.end(1) != len(uri):
        found.append((AnomalyCode.HEADERS_IN_REQUEST_URI, uri[match.end(1) : match.end(1) + 40], uri))
    if match and distinct(match[1]):
        return
    for code, detail in uri_problems(uri):
        found.append((AnomalyCode.BAD_REQUEST_URI if code is AnomalyCode.BAD_URI else code, detail, uri))
