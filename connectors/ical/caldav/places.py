"""Where a calendar lies on its server, and how its objects are named there."""

import re
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, unquote_to_bytes

from connectors.web.urls import BadAddressError, Url, encoded_name

_PLAIN = re.compile(r"[A-Za-z0-9_@~-][A-Za-z0-9._@~-]*")
"""A name that is spelled alike whether encoded or not, and that no reading takes for a way elsewhere."""

_KEPT = {code: 0xF700 + (code & 0xFF) for code in (0, *range(0xDC80, 0xDD00))}
"""Bytes that no stored text can hold are kept as private characters: NUL, and what is no UTF-8."""
_BYTES = {private: code for code, private in _KEPT.items()}
_ELSEWHERE = re.compile(r"(?:^|[/\\])[. ]*\.[. ]*(?:$|[/\\;?#\uf700])")
"""A part of a name that is dots alone, up to where some server might stop reading it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A calendar as discovery found it; `url` ends in a slash.

    `syncs` says that the server offers sync-collection (RFC 6578), `zone` is the calendar's own.
    """

    url: Url
    name: str = ""
    zone: str | None = None
    writable: bool = True
    syncs: bool = True
    path: str = field(init=False)
    """Its path, decoded and without the last slash: what people are told and may write."""
    _segments: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Read the path once: every object's address is compared with it."""
        object.__setattr__(self, "path", plain_path(self.url.path))
        object.__setattr__(self, "_segments", segments(self.url.path)[:-1])

    def object_name(self, href: str) -> str | None:
        """Name an object by the last part of its address, decoded; None for what is not directly inside.

        An encoded slash is part of a name. What servers might take for a way elsewhere names nothing.
        """
        before, _slash, last = href.rpartition("/")
        if f"{before}/" == self.url.path and _PLAIN.fullmatch(last):
            return last
        return self._name(self._found(href))

    def object_url(self, name: str) -> Url:
        """Give the address of an object by its decoded name."""
        raw = name.translate(_BYTES).encode("utf-8", "surrogateescape")
        return replace(self.url, path=self.url.path + encoded_name(raw))

    def listed_url(self, href: str) -> Url | None:
        """Give an object's address just as the server spells it; None for what is not directly inside."""
        found = self._found(href)
        if found is None or self._name(found) is None:
            return None
        return replace(self.url, path=found.path)

    def is_itself(self, href: str) -> bool:
        """Tell whether an address is the calendar's own."""
        found = self._found(href)
        return found is not None and segments(found.as_folder.path)[:-1] == self._segments

    def is_outside(self, href: str) -> bool:
        """Tell whether something that is no folder is listed which is not directly inside."""
        return self.object_name(href) is None and not self.is_itself(href) and not href.endswith("/")

    def _found(self, href: str) -> Url | None:
        try:
            found = self.url.member(href)
        except BadAddressError:
            return None
        return found if self.url.origin.is_spelled(found.origin) else None

    def _name(self, found: Url | None) -> str | None:
        if found is None:
            return None
        *before, name = segments(found.path)
        return name if tuple(before) == self._segments and is_name(name) else None


def is_name(name: str) -> bool:
    """Tell whether something can be an object's name: not empty, and no part of it is made of dots alone."""
    return bool(name) and not any(_ELSEWHERE.search(one) for one in (name, unquote(name)))


def segments(path: str) -> tuple[str, ...]:
    """Give the decoded parts of an encoded path, as they are compared; after a last slash, an empty one."""
    return tuple(_decoded(part) for part in path.split("/"))


def _decoded(part: str) -> str:
    if "%" not in part:
        return part
    return unquote_to_bytes(part).decode("utf-8", "surrogateescape").translate(_KEPT)


def plain_path(path: str) -> str:
    """Give a path as people write it: decoded, no slash at its end."""
    return unquote(path).rstrip("/")


def beside(url: Url, href: str) -> Url:
    """Resolve the address of a member of an answer.

    A server behind a proxy that adds TLS may spell its own addresses with http: they stay where was asked.

    Raises:
        BadAddressError: it is none.
    """
    return _kept(url, url.member(href))


def led(url: Url, reference: str) -> Url:
    """Resolve where a server points to: a principal, a home, a redirect; see `beside`.

    Raises:
        BadAddressError: it is none.
    """
    return _kept(url, url.joined(reference))


def _kept(url: Url, found: Url) -> Url:
    return replace(found, origin=url.origin) if url.origin.is_spelled(found.origin) else found
