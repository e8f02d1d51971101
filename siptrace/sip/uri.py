"""URIs as SIP uses them: sip and sips in full, tel with its parameters, every other scheme as text.

The text is always kept as it was written. `user`, `host` and `port` are cut out of it unchanged; parameters are
unescaped, because RFC 3261 19.1.4 compares them so. Weak spot: equality of `Uri` is equality of text and parts, not
the comparison of RFC 3261 19.1.4; `aor` is what two spellings of one user have in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from siptrace.errors import AnomalyCode
from siptrace.sip import grammar
from siptrace.sip.lexical import NO_PARAMS, host_port, unescape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from siptrace.sip.lexical import Params, Problems

__all__ = ["Uri", "distinct", "parse_uri", "uri_problems", "user_and_host", "users_and_hosts"]


class Uri(NamedTuple):
    """A URI in its parts (RFC 3261 19.1.1, RFC 3966).

    `scheme` is lower-cased ("" where there is none). `user` is None where there is none; for tel it is the number as
    written. `host` keeps its case and the brackets of IPv6. `headers` are pairs, because a name may be repeated.
    """

    text: str
    scheme: str = ""
    user: str | None = None
    password: str | None = None
    host: str = ""
    port: int | None = None
    params: Mapping[str, str | None] = NO_PARAMS
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def is_sip(self) -> bool:
        """Whether the scheme is sip or sips."""
        return self.scheme in ("sip", "sips")

    @property
    def unescaped_user(self) -> str:
        """The user (or telephone number) with %HH replaced, "" where there is none."""
        return unescape(self.user or "")

    @property
    def aor(self) -> str:
        """The address without port, password and parameters: `sip:user@host`, host in lower case, user unescaped.

        For tel it is the number without visual separators (RFC 3966 5), for an unknown scheme the text.
        """
        if self.scheme == "tel":
            return "tel:" + (self.user or "").translate(_NO_SEPARATORS)
        if not self.is_sip:
            return self.text
        user = f"{self.unescaped_user}@" if self.user is not None else ""
        return f"{self.scheme}:{user}{self.host.lower()}"

    def __hash__(self) -> int:
        """Hash the text, of which all else is made."""
        return hash(self.text)

    def __str__(self) -> str:
        """Return the text as it was written."""
        return self.text


_NO_SEPARATORS = str.maketrans("", "", "-.()")


def distinct(params: str) -> bool:
    """Return whether no name stands twice in `;name=value;name`, given that the text matched its grammar."""
    if params.count(";") < 2:
        return True
    names = [piece.partition("=")[0].lower() for piece in params[1:].split(";")]
    return len(set(names)) == len(names)


def parse_uri(text: str) -> tuple[Uri, Problems]:
    """Return the URI in its parts and, as BAD_URI, what RFC 3261 25.1 or RFC 3966 3 forbids in it."""
    scheme, colon, rest = text.partition(":")
    if not colon:
        return Uri(text), ((AnomalyCode.BAD_URI, "no scheme"),)
    scheme = scheme.lower()
    if scheme in ("sip", "sips"):
        return _parse_sip(text, scheme, rest), uri_problems(text)
    if scheme == "tel":
        number, *pieces = rest.split(";")
        return Uri(text, scheme, number, params=_params(pieces)), uri_problems(text)
    return Uri(text, scheme), uri_problems(text)


def uri_problems(text: str) -> Problems:
    """Return only what is wrong with a URI, without taking it apart where nothing is."""
    match = grammar.SIP_URI_VALID.fullmatch(text)
    if match:
        if distinct(match[1]):
            return ()
        return ((AnomalyCode.REPEATED_PARAMETER, "a URI parameter stands twice"),)
    scheme = text.partition(":")[0].lower()
    if scheme in ("sip", "sips"):
        return ((AnomalyCode.BAD_URI, _why_bad(text)),)
    valid = grammar.TEL_URI_VALID if scheme == "tel" else grammar.URI_VALID
    if valid.fullmatch(text):
        return ()
    return ((AnomalyCode.BAD_URI, f"not a {scheme[:20]} URI" if scheme == "tel" else "malformed"),)


def _why_bad(text: str) -> str:
    """Return a few words on a sip URI that does not match its grammar."""
    if " " in text or "\t" in text:
        return "white space in it"
    uri = _parse_sip(text, "sip", text.partition(":")[2])
    authority = uri.host if uri.port is None else f"{uri.host}:{uri.port}"
    if not uri.host:
        return "no host"
    return host_port(authority)[2] or "characters that must be escaped"


def _parse_sip(text: str, scheme: str, rest: str) -> Uri:
    """Cut a sip URI into its parts, whether or not it is valid.

    The user part may hold semicolons and question marks, the parameters no "@" (RFC 3261 25.1): what stands before
    the first "@" is the user. A second "@" before any parameter is a user with an unescaped "@".
    """
    userinfo, at, tail = rest.partition("@")
    if not at:
        userinfo, tail = "", rest
    tail, question, header_text = tail.partition("?")
    authority, *pieces = tail.split(";")
    if "@" in authority:
        more, _, authority = authority.rpartition("@")
        userinfo = f"{userinfo}@{more}"
    user, colon, password = userinfo.partition(":")
    host, port, _ = host_port(authority)
    headers = tuple(_header(pair) for pair in header_text.split("&")) if question else ()
    return Uri(text, scheme, user if at else None, password if colon else None, host, port, _params(pieces), headers)


def _params(pieces: list[str]) -> Params:
    """Return URI parameters unescaped, names in lower case; the first of two equal names counts."""
    params: Params = {}
    for piece in pieces:
        name, equals, value = piece.partition("=")
        params.setdefault(unescape(name).strip().lower(), unescape(value) if equals else None)
    return params


def _header(pair: str) -> tuple[str, str]:
    """Return one `name=value` of a URI's headers, unescaped."""
    name, _, value = pair.partition("=")
    return unescape(name), unescape(value)


def user_and_host(text: str) -> str:
    """Return what people call a URI: without its scheme and parameters; a text without a scheme as it is."""
    return users_and_hosts((text,))[0]


def users_and_hosts(texts: Iterable[str]) -> list[str]:
    """Return that of many URIs, which is faster for all at once."""
    return [text.partition(":")[2].partition(";")[0] or text for text in texts]
