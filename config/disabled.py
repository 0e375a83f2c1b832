"""What broken drop-ins take out of service."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.configuration import DisabledConnector
from config.layers import Layer
from config.merging import merge
from config.positions import KeyPath
from config.settings import UserSettings
from engine.errors import Problem
from engine.ids import ConnectorName, UserId


@dataclass(frozen=True, slots=True)
class Outage:
    """The drop-ins that are left out."""

    broken: tuple[Layer, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in them."""
        return tuple(problem for layer in self.broken for problem in layer.problems)

    def with_broken(self, layers: Iterable[Layer]) -> "Outage":
        """Leave more of them out."""
        return Outage(tuple(sorted((*self.broken, *layers), key=lambda layer: layer.source)))

    def units(self, healthy: Sequence[Layer]) -> list[KeyPath]:
        """List the connectors and users that cannot be had from the layers that are left."""
        named = [("connectors", name) for name in self._reasons(healthy)]
        return [*named, *(("users", name) for name in self._lost_users(healthy))]

    def disabled(
        self, healthy: Sequence[Layer], users: Mapping[str, UserSettings]
    ) -> tuple[DisabledConnector, ...]:
        """Tell of each connector that is out of service why it is."""
        tables = merge((*healthy, *self.broken)).tables.get("connectors", {})
        reasons = sorted(self._reasons(healthy).items())
        return tuple(_disabled(name, tables.get(name, {}), users, reason) for name, reason in reasons)

    def _reasons(self, healthy: Sequence[Layer]) -> dict[str, str]:
        lost = self._lost_users(healthy)
        reasons = {
            name: f"its user {user} is defined in a drop-in that is left out: {lost[user]}"
            for name, user in _attached(healthy)
            if isinstance(user, str) and user in lost
        }
        for layer in self.broken:
            reasons |= dict.fromkeys(_names(layer, "connectors"), _reason(layer))
        return reasons

    def _lost_users(self, healthy: Sequence[Layer]) -> dict[str, str]:
        kept = {name for layer in healthy if layer.from_file for name in _names(layer, "users")}
        broken = ((name, layer) for layer in self.broken for name in _names(layer, "users"))
        return {name: _reason(layer) for name, layer in broken if name not in kept}


def _names(layer: Layer, section: str) -> list[str]:
    return sorted(unit[1] for unit in layer.speaks_of if len(unit) == 2 and unit[0] == section)


def _attached(layers: Sequence[Layer]) -> Iterator[tuple[str, Any]]:
    tables = merge(layers).tables.get("connectors", {})
    for name, table in tables.items() if isinstance(tables, Mapping) else ():
        if isinstance(table, Mapping):
            yield name, table.get("user")


def _reason(layer: Layer) -> str:
    more = f" (and {len(layer.problems) - 1} more)" if len(layer.problems) > 1 else ""
    return f"{layer.problems[0]}{more}"


def _disabled(name: str, table: Any, users: Mapping[str, UserSettings], reason: str) -> DisabledConnector:
    told = table if isinstance(table, Mapping) else {}
    kind, user = told.get("kind"), told.get("user")
    known = users.get(user) if isinstance(user, str) else None
    return DisabledConnector(
        name=ConnectorName(name),
        kind=kind if isinstance(kind, str) else None,
        user_id=UserId(known.id) if known is not None and known.id is not None else None,
        reason=reason,
    )
