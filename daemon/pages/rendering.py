"""Templates filled in: everything that is put into a page is escaped, and nothing is left out silently."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

TYPES: Mapping[str, str] = {
    "gatherly.css": "text/css; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "mark.svg": "image/svg+xml",
    "zone.js": "text/javascript; charset=utf-8",
}
"""The files that pages need, all of them ours to serve."""


@cache
def static_file(name: str) -> bytes:
    """Read a file that pages need."""
    return files("daemon.pages").joinpath("static", name).read_bytes()


@cache
def static_address(name: str) -> str:
    """Give a file's address; it changes with the file, so that it may be kept for ever."""
    return f"/static/{hashlib.sha256(static_file(name)).hexdigest()[:16]}/{name}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("daemon.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = static_address
    return environment


def render(template: str, values: Mapping[str, Any]) -> str:
    """Fill a template in; what every template asks for is there, unless it is given."""
    usual = {"viewer": None, "theme": "", "live": None, "live_parts": "head body", "shape": ""}
    return _environment().get_template(template).render({**usual, **values})
