"""`gatherly config schema` and `gatherly config show`."""

from collections.abc import Iterator, Mapping
from typing import Any

from config.configuration import Configuration
from config.display import Shown, shown
from config.files.positions import dotted
from config.schema import json_schema
from connectors.registry import options_types
from daemon.store_access import load_configuration
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import json_text


def schema() -> int:
    """Print the JSON Schema of the configuration file."""
    print(json_text(json_schema(options_types()), indent=2))
    return 0


def show(config: Config, as_json: Json = False) -> int:
    """Print the merged configuration, secrets masked, with the origin of each value.

    Raises:
        ConfigurationError: it cannot be used.
    """
    configuration = load_configuration(config, to_show=True)
    values = list(shown(configuration, options_types()))
    if as_json:
        print(json_text(_document(configuration, values), indent=2))
    else:
        print("\n".join(_lines(configuration, values)))
    return 0


def _document(configuration: Configuration, values: list[Shown]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for value in values:
        table = settings
        for part in value.path[:-1]:
            table = table.setdefault(part, {})
        table[value.path[-1]] = value.value
    return {
        "settings": settings,
        "origins": {dotted(value.path): str(value.origin) for value in values},
        "disabled": [
            {"name": one.name, "kind": one.kind, "user": one.user_id, "reason": one.reason}
            for one in configuration.disabled
        ],
        "problems": [str(problem) for problem in configuration.problems],
    }


def _lines(configuration: Configuration, values: list[Shown]) -> Iterator[str]:
    section: tuple[str, ...] | None = None
    for value in values:
        if value.path[:-1] != section:
            yield from [] if section is None else [""]
            section = value.path[:-1]
            yield f"[{dotted(section)}]"
        yield f"{value.path[-1]} = {_toml(value.value)}  # {value.origin}"
    yield from (f"# disabled: connectors.{one.name}: {one.reason}" for one in configuration.disabled)
    yield from (f"# left out: {problem}" for problem in configuration.problems)


def _toml(value: Any) -> str:
    """Write a value as TOML: JSON but for inline tables."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{dotted((key,))} = {_toml(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list):
        return f"[{', '.join(_toml(one) for one in value)}]"
    return json_text(value)
