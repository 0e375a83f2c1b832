"""What gatherly asks to be allowed: the least that does; and what of it a grant lacks.

https://learn.microsoft.com/graph/permissions-reference
"""

from collections.abc import Iterable

from connectors.outlook.options import OutlookOptions
from connectors.web.urls import read_url

READ, WRITE = "Calendars.Read", "Calendars.ReadWrite"
GRAPH = "https://graph.microsoft.com"
NATIONAL = frozenset(
    {"graph.microsoft.us", "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn", "graph.microsoft.com"}
)
"""Clouds whose Graph is a resource of its own: a permission there has to be asked for by its name."""


def scopes_for(options: OutlookOptions, *, writes: bool) -> list[str]:
    """Give the least scopes that do; msal adds `offline_access` itself."""
    if options.alone:
        return [f"{_resource(options)}/.default"]
    name = WRITE if writes else READ
    resource = _resource(options)
    return [name if resource == GRAPH else f"{resource}/{name}"]


def lacking(granted: Iterable[str], *, writes: bool) -> list[str]:
    """Give the permissions that a grant neither holds nor holds in a wider one."""
    held = {one.rpartition("/")[2].lower() for one in granted}
    if writes:
        return [] if WRITE.lower() in held else [WRITE]
    return [] if held & {READ.lower(), WRITE.lower()} else [READ]


def _resource(options: OutlookOptions) -> str:
    host = read_url(options.api_root).origin.host
    return f"https://{host}" if host in NATIONAL else GRAPH
