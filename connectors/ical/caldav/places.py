"""Where a calendar lies on its server, and how its objects are named there."""

from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urljoin, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A calendar as discovery found it; `url` ends in a slash.

    `syncs` says that the server offers sync-collection (RFC 6578), `zone` is the calendar's own.
    """

    url: str
    name: str = ""
    zone: str | None = None
    writable: bool = True
    syncs: bool = True
    path: str = field(init=False)
    """Its path, decoded and without the last slash: what two spellings of one address share."""

    def __post_init__(self) -> None:
        """Read the path once: every object's address is compared with it."""
        object.__setattr__(self, "path", plain_path(self.url))

    def object_name(self, href: str) -> str | None:
        """Name an object of this calendar by the last part of its address, decoded; None for the calendar."""
        plain = href[:1] == "/" != href[1:2] and "?" not in href and "#" not in href
        path = unquote(href if plain else urlsplit(urljoin(self.url, href)).path)
        if path.endswith("/") or path == self.path:
            return None
        return path.rpartition("/")[2]

    def object_url(self, name: str) -> str:
        """Give the address of an object by its decoded name."""
        return self.url + quote(name, safe="@+=:,!$&'()*;")

    def is_itself(self, href: str) -> bool:
        """Tell whether an address is the calendar's own."""
        return plain_path(urljoin(self.url, href)) == self.path


def plain_path(url: str) -> str:
    """Give an address's path as it is compared: decoded, no slash at its end."""
    return unquote(urlsplit(url).path).rstrip("/")


def folder_url(url: str) -> str:
    """Give an address with a slash at its end, without query and fragment."""
    bare = url.partition("#")[0].partition("?")[0]
    return bare if bare.endswith("/") else f"{bare}/"


def beside(url: str, href: str) -> str:
    """Resolve an address from an answer.

    A server behind a proxy that adds TLS may spell its own addresses with http: they stay where was asked.
    """
    found = urljoin(url, href)
    asked, parts = urlsplit(url), urlsplit(found)
    if (asked.scheme, parts.scheme) == ("https", "http") and asked.hostname == parts.hostname:
        return parts._replace(scheme=asked.scheme, netloc=asked.netloc).geturl()
    return found
