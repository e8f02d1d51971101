"""The patterns of SIP, in one place: each stands under the RFC 3261 rule it implements, with its leniency explained.

Two kinds of patterns live here. The *valid* ones match what the RFC allows (in the spelling that is common on the
wire): a value that matches has nothing wrong with it and is not looked at again before somebody asks for its parts.
The *piece* ones cut anything into parts, right or wrong. Every repetition gives nothing back or ends at a character
that it cannot contain, so each pattern reads its text once: hostile input costs linear time. Characters are repeated
possessively (`[a]*+`), groups in an atomic group (`(?>(?:ab)*)`): a possessive group that fails half-way keeps what it
had begun to read in Python before 3.11.5, which Debian 12 and Ubuntu's first 3.11 have (CPython's gh-106052).
"""

from __future__ import annotations

import re

from siptrace.patterns import pattern

__all__ = [
    "ADDR_SPEC_VALID",
    "AUTH_PARAM",
    "CALL_ID_VALID",
    "CLOSED",
    "CSEQ",
    "DATE_VALID",
    "DISPLAY_VALID",
    "HEAD_END",
    "HOST_VALID",
    "LIST_PIECE",
    "LWS",
    "NAME_ADDR_VALID",
    "PARAM_PIECE",
    "PARAM_VALUE_VALID",
    "QUOTED",
    "QUOTED_PAIR",
    "QVALUE_VALID",
    "REQUEST_LINE_VALID",
    "SIP_URI_VALID",
    "STATUS_LINE_VALID",
    "TEL_URI_VALID",
    "TOKEN_VALID",
    "URI_VALID",
    "VIA_PIECES",
    "VIA_VALID",
    "WARNING_VALID",
    "looks_like_sip",
]

# Request-Line = Method SP Request-URI SP SIP-Version CRLF    (RFC 3261 7.1)
# Status-Line  = SIP-Version SP Status-Code SP Reason-Phrase CRLF    (RFC 3261 7.2)
# Lenient: any version digits, more than one space, blanks inside the Request-URI, nothing after the version of a
# status line but the code, LF alone as line end, and line ends before the start line (RFC 3261 7.5).
# Possessive, because a line of blanks must not be tried at every length.
_START = re.compile(
    rb"[\r\n]{0,8}+(?:SIP/\d{1,3}\.\d{1,3} ++\d"
    rb"|[A-Za-z0-9.!%*_+`'~-]{1,64}+ ++[^\r\n]{1,8192}? SIP/\d{1,3}\.\d{1,3} *+(?:\r|\n|\Z))"
)


def looks_like_sip(data: bytes, start: int = 0) -> bool:
    """Return whether the bytes from `start` on begin with a SIP request or status line (RFC 3261 7.1, 7.2)."""
    return _START.match(data, start) is not None


# The header section ends at the first empty line. Lenient: LF or CR alone end a line, as in RFC 2543.
HEAD_END = pattern(rb"\r?\n\r?\n|\r\r")

# LWS = [*WSP CRLF] 1*WSP: what is left of it when lines are unfolded.
LWS = " \t"

# token = 1*(alphanum / "-" / "." / "!" / "%" / "*" / "_" / "+" / "`" / "'" / "~")
_TOKEN = r"[A-Za-z0-9\-.!%*_+`'~]++"  # noqa: S105 - a token of the grammar
TOKEN_VALID = pattern(_TOKEN)

# quoted-string = SWS DQUOTE *(qdtext / quoted-pair) DQUOTE. Lenient: any character may be quoted or bare.
_QUOTED = r'"(?>(?:[^"\\]++|\\.)*)"'
QUOTED = pattern(_QUOTED, re.DOTALL)
QUOTED_PAIR = pattern(r"\\(.)", re.DOTALL)
CLOSED = pattern(rf'(?>(?:[^"]++|{_QUOTED})*)', re.DOTALL)

# A quotation that never ends reaches to the end of the value: reading on as if the mark were text would begin a new
# quotation at the next escaped mark, and cost quadratic time.
_OPEN_QUOTED = r'"(?>(?:[^"\\]++|\\.?)*)(?:"|\Z)'

# header = "header-name" HCOLON header-value *(COMMA header-value): commas count outside quotes and <> only.
LIST_PIECE = pattern(rf'(?>(?:[^",<]++|{_OPEN_QUOTED}|<[^>]*+(?:>|\Z))*)', re.DOTALL)

# *(SEMI generic-param): semicolons count outside quotes only.
PARAM_PIECE = pattern(rf'(?>(?:[^";]++|{_OPEN_QUOTED})*)', re.DOTALL)

# hostname = *( domainlabel "." ) toplabel [ "." ]; IPv6reference = "[" IPv6address "]"
# Lenient: labels of digits only may end a name, so that addresses need no rule of their own.
_LABEL = r"[A-Za-z0-9]++(?>(?:-++[A-Za-z0-9]++)*)"
_HOST = rf"(?:{_LABEL}(?>(?:\.{_LABEL})*)\.?|\[[0-9A-Fa-f:]++(?>(?:\.[0-9]++)*)\])"
HOST_VALID = pattern(_HOST)
_PORT = r"(?:[1-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"

# gen-value = token / host / quoted-string. Lenient: an IPv6 address needs no brackets (RFC 5118 4.5).
_GEN_VALUE = rf"(?:{_TOKEN}|\[[0-9A-Fa-f:.]++\]|[0-9A-Fa-f:.]++)"
PARAM_VALUE_VALID = pattern(_GEN_VALUE)
_PARAMS = rf'(?>(?:;{_TOKEN}(?>(?:=(?:{_TOKEN}|"[^"\\]*+")(?![^;]))?))*)'

# userinfo = ( user / telephone-subscriber ) [ ":" password ] "@"
_ESCAPED = r"%[0-9A-Fa-f]{2}"
_USER = rf"(?>(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/]++|{_ESCAPED})+)"
_PASSWORD = rf"(?>(?:[A-Za-z0-9\-_.!~*'()&=+$,]++|{_ESCAPED})*)"
# uri-parameters = *( ";" uri-parameter); headers = "?" header *( "&" header )
_PARAMCHAR = rf"(?>(?:[A-Za-z0-9\-_.!~*'()\[\]/:&+$]++|{_ESCAPED})+)"
_URI_PARAMS = rf"(?>(?:;{_PARAMCHAR}(?>(?:={_PARAMCHAR})?))*)"
_HEADER = rf"(?>(?:[A-Za-z0-9\-_.!~*'()\[\]/?:+$]++|{_ESCAPED})+)=(?>(?:[A-Za-z0-9\-_.!~*'()\[\]/?:+$]++|{_ESCAPED})*)"
_URI_HEADERS = rf"\?{_HEADER}(?>(?:&{_HEADER})*)"

# SIP-URI = "sip:" [ userinfo ] hostport uri-parameters [ headers ]. Group 1: the parameters.
_SIP_URI = rf"[sS][iI][pP][sS]?:(?:{_USER}(?>(?::{_PASSWORD})?)@)?{_HOST}(?>(?::{_PORT}(?![0-9]))?)({_URI_PARAMS})"
SIP_URI_VALID = pattern(rf"{_SIP_URI}(?>(?:{_URI_HEADERS})?)")

# telephone-uri = "tel:" telephone-subscriber    (RFC 3966 3). Group 1: the parameters.
TEL_URI_VALID = pattern(rf"[tT][eE][lL]:(?:\+[0-9\-.()]++|[0-9A-Fa-f*#\-.()]++)({_URI_PARAMS})")

# absoluteURI = scheme ":" ( hier-part / opaque-part )    (RFC 2396). What follows an unknown scheme is its own affair.
URI_VALID = pattern(r"[A-Za-z][A-Za-z0-9+\-.]*+:[^\x00-\x20<>\"\x7f]++")

# The Request-URI is checked by the rule of its scheme.
REQUEST_LINE_VALID = pattern(rf"({_TOKEN}) ([^ \t<>?]++) ([sS][iI][pP]/2\.0)")
STATUS_LINE_VALID = pattern(r"([sS][iI][pP]/2\.0) ([1-6][0-9]{2}) (.*+)", re.DOTALL)

# via-parm = sent-protocol LWS sent-by *( SEMI via-params ). Group 1: the parameters. Three need a closer look than
# their grammar: the magic cookie alone is no branch (RFC 4475 3.2.1), rport and ttl are numbers with a limit.
_ODD_VIA_PARAM = rf"(?i:branch=z9hG4bK(?:;|\Z)|rport=(?!{_PORT}(?:;|\Z))|ttl=)"
_VIA_PARAMS = rf"(?>(?:;(?!{_ODD_VIA_PARAM}){_TOKEN}(?>(?:={_GEN_VALUE}(?![^;]))?))*)"
VIA_VALID = pattern(rf"SIP/2\.0/[A-Z]++ {_HOST}(?>(?::{_PORT}(?![0-9]))?)({_VIA_PARAMS})")
# Lenient: white space around the slashes is legal, any of the three parts may be missing.
VIA_PIECES = pattern(r"[ \t]*+([^ \t/]*+)[ \t]*+/[ \t]*+([^ \t/]*+)[ \t]*+/[ \t]*+([^ \t/;]*+)[ \t]*+(.*+)", re.DOTALL)

# name-addr = [ display-name ] LAQUOT addr-spec RAQUOT; display-name = *(token LWS)/ quoted-string
# Lenient as RFC 4475 3.1.1.6: no blank is needed before "<". Group 1 and 2: the parameters of URI and header field.
DISPLAY_VALID = pattern(rf"(?>(?:{_TOKEN}(?:[ \t]++|\Z))*)")
_DISPLAY = rf'(?:"[^"\\]*+"[ \t]*+|(?>(?:{_TOKEN}[ \t]*+)*))'
NAME_ADDR_VALID = pattern(rf"{_DISPLAY}<{_SIP_URI}>({_PARAMS})")
# addr-spec without <>: no comma, question mark or semicolon may be in it (RFC 3261 20), what follows is the field's.
_PLAIN_USER = rf"(?>(?:[A-Za-z0-9\-_.!~*'()&=+$/]++|{_ESCAPED})+)"
ADDR_SPEC_VALID = pattern(rf"[sS][iI][pP][sS]?:(?:{_PLAIN_USER}@)?{_HOST}(?>(?::{_PORT}(?![0-9]))?)({_PARAMS})")

# callid = word [ "@" word ]: word has more characters than token; brackets and quotes among them mean nothing (RFC 4475
# 3.1.1.2).
_WORD = r"[A-Za-z0-9\-.!%*_+`'~()<>:\\\"/\[\]?{}]++"
CALL_ID_VALID = pattern(rf"{_WORD}(?>(?:@{_WORD})?)")

# qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
QVALUE_VALID = pattern(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")

# CSeq = 1*DIGIT LWS Method. Lenient: anything may be the method.
CSEQ = pattern(r"([0-9]++)([ \t]*+)([^ \t]++)")

# SIP-date = rfc1123-date: wkday "," SP date1 SP time SP "GMT"    (RFC 3261 25.1)
DATE_VALID = pattern(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3][0-9] (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4}"
    r" [0-2][0-9]:[0-5][0-9]:[0-6][0-9] GMT",
    re.IGNORECASE,
)

# warning-value = warn-code SP warn-agent SP warn-text; warn-code = 3DIGIT
WARNING_VALID = pattern(rf"[0-9]{{3}} [^ \t,]++ {_QUOTED}", re.DOTALL)

# auth-param = auth-param-name EQUAL ( token / quoted-string ). Lenient: any unquoted value up to a comma or blank.
AUTH_PARAM = pattern(rf'[ \t,]*+({_TOKEN})[ \t]*+=[ \t]*+({_OPEN_QUOTED}|[^ \t,"]*+)([ \t]*+)(,?)', re.DOTALL)
