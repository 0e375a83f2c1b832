"""Layers laid over one another, remembering where each value came from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from config.configuration import Origin
from config.files.layers import Layer
from config.files.positions import KeyPath, paths_in


class Origins(Mapping[KeyPath, Origin]):
    """Where each value came from; a line is looked for once it is asked for."""

    def __init__(self, given: Mapping[KeyPath, Layer]) -> None:
        self._given = given

    def __getitem__(self, path: KeyPath) -> Origin:
        layer = self._given[path]
        return Origin(layer.source, layer.lines.of(path))

    def __iter__(self) -> Iterator[KeyPath]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)


@dataclass(frozen=True, slots=True)
class Merged:
    """All layers in one, and the layer that each value came from."""

    tables: dict[str, Any] = field(default_factory=dict)
    given: dict[KeyPath, Layer] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)

    @property
    def origins(self) -> Mapping[KeyPath, Origin]:
        """Where each value came from."""
        return Origins(self.given)

    def origin(self, path: KeyPath) -> Origin:
        """Tell where a key was given, or else the innermost table around it."""
        within = self._within(path)
        return Origin("default") if within is None else self.origins[within]

    def _within(self, path: KeyPath) -> KeyPath | None:
        lengths = range(len(path), 0, -1)
        return next((path[:length] for length in lengths if path[:length] in self.given), None)

    def rank(self, path: KeyPath) -> int:
        """Tell how late the layer came that a key was given in."""
        within = self._within(path)
        return -1 if within is None else self.sources.index(self.given[within].source)

    def drop(self, unit: KeyPath) -> None:
        """Take a user or a connector out."""
        tables = self.tables.get(unit[0])
        if isinstance(tables, dict):
            self.forget(unit, tables.pop(unit[1], None))

    def forget(self, path: KeyPath, value: object) -> None:
        """Forget where a key and all that lies in its value came from."""
        for known in (path, *(path + inner for inner in paths_in(value))):
            self.given.pop(known, None)


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
        merged.forget(path, below[path[-1]])
    below[path[-1]] = value
    merged.given[path] = layer
    if isinstance(value, list):
        merged.given.update(dict.fromkeys((path + inner for inner in paths_in(value)), layer))
