"""Web addresses as parts: read strictly, resolved as RFC 3986 says, compared and asked for part by part.

Nothing here unquotes what it keeps: an address is asked for exactly as it was configured or listed, but for
characters that no address may hold, which are percent-encoded, and `.` and `..`, which are resolved.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import quote, quote_from_bytes

from engine.errors import SourceUnavailableError

HTTP, HTTPS = "http", "https"
PORTS = {HTTP: 80, HTTPS: 443}
WEBCAL = {"webcal": HTTPS, "webcals": HTTPS}
"""Schemes that mean "a calendar, over the web": `webcal:` is asked for by https, and by http where a server
knows no TLS; `webcals:` by https alone."""
LONGEST = 8192

_PARTS = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?://(?P<authority>[^/?#]*))?"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?",
    re.DOTALL,
)
_MEMBER = re.compile(r"(?:(?P<scheme>https?|webcals?)://(?P<authority>[^/]*))?(?P<path>.*)", re.I | re.DOTALL)
_AUTHORITY = re.compile(r"(?P<host>\[[^\[\]@]*\]|[^\[\]:@]*)(?::(?P<port>[0-9]{0,5}))?")
_NEVER = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\\]")
_BLANK = re.compile(r"\s")
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_KEPT = "/:@!$&'()*+,;=~%[]"
_HOST = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*://(?P<host>[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])"
    r"(?::[0-9]*)?(?=[/?#]|\Z)"
)
_DOTS = re.compile(r"\.{1,2}")


class BadAddressError(SourceUnavailableError):
    """What stands where an address should is none, or none that gatherly goes to."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A server: what credentials are bound to. The host is in ASCII and lower case, without brackets."""

    scheme: str
    host: str
    port: int

    @property
    def netloc(self) -> str:
        """The host as an address and a Host header spell it, with the port where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    def may_hand_on_to(self, other: "Origin") -> bool:
        """Tell whether what this server was told may be told another: the same one, or its https."""
        upgraded = Origin(HTTPS, self.host, PORTS[HTTPS])
        return other == self or (other == upgraded and self.scheme == HTTP and self.port == PORTS[HTTP])

    def is_spelled(self, other: "Origin") -> bool:
        """Tell whether `other` may be this server's own spelling of itself.

        A server behind a proxy that adds TLS spells its addresses with http.
        """
        behind = (self.scheme, other.scheme, other.host) == (HTTPS, HTTP, self.host)
        return other == self or (behind and other.port in (PORTS[HTTP], self.port))


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """An absolute address; `path` begins with a slash, and it and `query` are percent-encoded.

    `plain_too` says that it may be asked for without TLS where its server knows none (`webcal:`).
    """

    origin: Origin
    path: str
    query: str | None = None
    plain_too: bool = False

    def __str__(self) -> str:
        return f"{self.origin.scheme}://{self.origin.netloc}{self.target}"

    @property
    def target(self) -> str:
        """What a request names: path and query."""
        return self.path if self.query is None else f"{self.path}?{self.query}"

    @property
    def label(self) -> str:
        """What to call it in a message: host and path, no more."""
        return f"{self.origin.host}{self.path}"[:200]

    @property
    def as_folder(self) -> Self:
        """Itself with a slash at its end and without query."""
        path = self.path if self.path.endswith("/") else f"{self.path}/"
        return replace(self, path=path, query=None)

    def joined(self, reference: str) -> "Url":
        """Resolve what a server points to (RFC 3986 section 5.2); blanks and raw letters are encoded.

        Raises:
            BadAddressError: it is no address.
        """
        text = _checked(reference.strip(), reference)
        found = _PARTS.fullmatch(text)
        assert found is not None  # noqa: S101 - every text has such parts
        scheme, authority, path, query = found["scheme"], found["authority"], found["path"], found["query"]
        if scheme is not None:
            return _absolute(scheme, authority, path, query, text)
        if authority is not None:
            return _absolute(self.origin.scheme, authority, path, query, text)
        if not path:
            return replace(self, query=self.query if query is None else _encoded_query(query))
        whole = path if path.startswith("/") else self.path.rpartition("/")[0] + "/" + path
        return replace(self, path=_encoded_path(whole), query=_encoded_query(query))

    def member(self, href: str) -> "Url":
        """Resolve the href of a DAV member, whose `?` and `#` are letters of a name (RFC 4918 section 8.3).

        So is a colon, unless what stands before it is a scheme of the web.

        Raises:
            BadAddressError: it is no address.
        """
        text = _checked(href.strip(), href)
        found = _MEMBER.fullmatch(text)
        assert found is not None  # noqa: S101 - every text has such parts
        path = found["path"].replace("?", "%3F").replace("#", "%23")
        if found["scheme"] is not None:
            return _absolute(found["scheme"], found["authority"], path, None, text)
        if path.startswith("//"):
            authority, slash, rest = path[2:].partition("/")
            return _absolute(self.origin.scheme, authority, slash + rest, None, text)
        whole = path if path.startswith("/") else self.path.rpartition("/")[0] + "/" + path
        return replace(self, path=_encoded_path(whole) if path else self.path, query=None)


def read_url(text: str) -> Url:
    """Read an address that somebody gives: absolute, http or https or webcal, without user and blanks.

    Raises:
        BadAddressError: it is none, or none that gatherly goes to.
    """
    if _BLANK.search(text):
        raise _bad(text, "the address holds blanks")
    found = _PARTS.fullmatch(_checked(text, text))
    assert found is not None  # noqa: S101 - every text has such parts
    return _absolute(found["scheme"] or "", found["authority"], found["path"], found["query"], text)


def _absolute(scheme: str, authority: str | None, path: str, query: str | None, text: str) -> Url:
    given = scheme.lower()
    spoken = WEBCAL.get(given, given)
    if spoken not in PORTS:
        raise _bad(text, f"{given[:20] or 'no'}: is not a scheme gatherly speaks")
    return Url(
        origin=_origin(spoken, authority or "", text),
        path=_encoded_path(path or "/"),
        query=_encoded_query(query),
        plain_too=given == "webcal",
    )


def _origin(scheme: str, authority: str, text: str) -> Origin:
    if "@" in authority:
        raise _bad(text, "the address holds a user or password")
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        raise _bad(text, "the address names no host that can be read")
    port = int(found["port"]) if found["port"] else PORTS[scheme]
    if not 0 < port < 65536:
        raise _bad(text, "the address has a port that does not exist")
    return Origin(scheme, _host(found["host"], text), port)


def _host(text: str, whole: str) -> str:
    if _BLANK.search(text):
        raise _bad(whole, "the address names no host that can be read")
    import httpx2  # a start that asks for nothing needs none of it

    try:
        host = httpx2.URL(f"http://{text}/").raw_host.decode("ascii").lower() if text else ""
    except (httpx2.InvalidURL, ValueError) as error:  # what IDNA raises is a ValueError
        raise _bad(whole, "the address names no host that can be read") from error
    if not host:
        raise _bad(whole, "the address names no host")
    return host


def _checked(text: str, whole: str) -> str:
    if len(text) > LONGEST:
        raise _bad(whole, "the address is too long")
    if _NEVER.search(text):
        raise _bad(whole, "the address holds backslashes or control characters")
    return text


def _encoded_path(path: str) -> str:
    return _without_dots(_encoded(path if path.startswith("/") else f"/{path}"))


def _encoded_query(query: str | None) -> str | None:
    return None if query is None else _encoded(query, "?")


def _encoded(text: str, more: str = "") -> str:
    return quote(_ESCAPE.sub("%25", text), safe=_KEPT + more)


def _without_dots(path: str) -> str:
    """Resolve `.` and `..` (RFC 3986 section 5.2.4); where they are encoded they stay."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if _DOTS.fullmatch(segments[-1]):
        kept.append("")
    return "/" + "/".join(kept)


def _bad(text: str, why: str) -> BadAddressError:
    return BadAddressError(f"{masked(text)}: {why}", "Give an http or https address")


def masked(text: str) -> str:
    """Name an address without giving it away: its host, and a hash to tell two apart."""
    mark = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
    found = _HOST.match(text)
    return f"{found['host'].lower() if found else 'an address'} (#{mark})"


def raw_header(value: str) -> str:
    """Read a header that was decoded as Latin-1 as the UTF-8 that it probably is."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return value


def encoded_name(name: bytes) -> str:
    """Spell a member's name so that none of it is taken for anything but a name."""
    return quote_from_bytes(name, safe="~@")


def without_tls(url: Url) -> Url:
    """Give a `webcal:` address as http."""
    port = PORTS[HTTP] if url.origin.port == PORTS[HTTPS] else url.origin.port
    return replace(url, origin=Origin(HTTP, url.origin.host, port), plain_too=False)
