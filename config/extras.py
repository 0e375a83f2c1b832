"""What an installation has of the extras that a configuration asks for; nothing of them is imported."""

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from types import MappingProxyType
from typing import NamedTuple

from config.installation import adding
from config.settings import Settings

MODULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "otel": ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http"),
        "web": ("fastapi", "jinja2", "joserfc", "prometheus_client", "python_multipart", "uvicorn"),
    }
)
"""What each extra brings along, by the names under which it is imported."""


class Lacking(NamedTuple):
    """An extra that is not here: the table that needs it, what to do, and whether anybody asked for it."""

    table: str
    words: str
    asked: bool


def lacking(settings: Settings) -> Iterator[Lacking]:
    """Give what is configured and cannot be done here; kinds, channels and stores say theirs themselves."""
    if settings.otel.endpoint is not None and not is_here("otel"):
        words = f"Traces need the extra otel, which is not installed. {adding('otel')}; or take [otel] out"
        yield Lacking("otel", words, True)
    if settings.api.listen and not is_here("web"):
        remedy = f'{adding("web")}; or write listen = "" under [api]'
        words = f"Pages, API and metrics need the extra web, which is not installed. {remedy}"
        yield Lacking("api", words, "listen" in settings.api.model_fields_set)


def is_here(extra: str) -> bool:
    """Tell whether all that an extra brings along can be imported."""
    return all(map(_is_found, MODULES[extra]))


def _is_found(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False
