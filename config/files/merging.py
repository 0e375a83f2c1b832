"""Layers laid over one another, remembering where each value came from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from config.configuration import Origin
from config.files.layers import Layer
from config.files.positions import KeyPath


@dataclass(frozen=True, slots=True)
class Merged:
    """All layers in one, and where each value came from."""

    tables: dict[str, Any] = field(default_factory=dict)
    origins: dict[KeyPath, Origin] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)

    def origin(self, path: KeyPath) -> Origin:
        """Tell where a key was given, or else the innermost table around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                return self.origins[path[:length]]
        return Origin("default")

    def rank(self, path: KeyPath) -> int:
        """Tell how late the layer came that a key was given in."""
        source = self.origin(path).source
        return self.sources.index(source) if source in self.sources else -1

    def drop(self, unit: KeyPath) -> None:
        """Take a user or a connector out."""
        tables = self.tables.get(unit[0])
        if isinstance(tables, dict):
            tables.pop(unit[1], None)
        self.forget(unit)

    def forget(self, path: KeyPath) -> None:
        """Forget where a key and all that lies in it came from."""
        for known in [known for known in self.origins if known[: len(path)] == path]:
            del self.origins[known]


def merge(layers: Iterable[Layer]) -> Merged:
    """Lay later layers over earlier ones: tables are united, everything else is replaced."""
    merged = Merged()
    for layer in layers:
        merged.sources.append(layer.source)
        _overlay(merged, layer, merged.tables, layer.tables, ())
    return merged


def _overlay(
    merged: Merged, layer: Layer, below: dict[str, Any], above: Mapping[str, Any], at: KeyPath
) -> None:
    for key, value in above.items():
        path = (*at, key)
        if isinstance(value, Mapping) and isinstance(below.get(key), dict):
            _overlay(merged, layer, below[key], value, path)
        elif isinstance(value, Mapping):
            _replace(merged, layer, below, path, {})
            _overlay(merged, layer, below[key], value, path)
        else:
            _replace(merged, layer, below, path, value)


def _replace(merged: Merged, layer: Layer, below: dict[str, Any], path: KeyPath, value: Any) -> None:
    if path[-1] in below:
        merged.forget(path)
    below[path[-1]] = value
    merged.origins[path] = Origin(layer.source, layer.lines.get(path))
    if isinstance(value, list):
        items = ((key, line) for key, line in layer.lines.items() if key[: len(path)] == path)
        merged.origins.update({key: Origin(layer.source, line) for key, line in items})
