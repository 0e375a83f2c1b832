"""Loads the configuration: every layer, every problem at once, and no harm done by one broken drop-in.

An `Outage` tells what broken drop-ins take out of service.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.configuration import Configuration, DisabledConnector, Kinds
from config.connectors import read_connectors
from config.credentials import find_credentials
from config.family_tables import read_family
from config.files.layers import (
    Layer,
    files_digest,
    read_credentials,
    read_drop_ins,
    read_environment,
    read_file,
    unit_of,
)
from config.files.merging import Merged, merge
from config.files.positions import KeyPath, dotted
from config.findings import Finding
from config.sections import read_outlets, read_sections, read_users
from config.settings import Settings, UserSettings
from engine.errors import ConfigurationError, Problem
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

    def names(self, section: str) -> frozenset[str]:
        """Give the names in a section that the drop-ins which are left out have a word about."""
        return frozenset(name for layer in self.broken for name in _names(layer, section))

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


def load(file: Path, *, kinds: Kinds, env: Mapping[str, str]) -> Configuration:
    """Read the main file, the drop-ins beside it, the environment and systemd's credentials.

    A drop-in with a problem is left out as a whole; the connectors that it has a word about are disabled.

    Raises:
        ConfigurationError: something is wrong outside of the drop-ins; it carries every problem there is.
    """
    digest = files_digest(file)
    main, drop_ins = read_file(file), read_drop_ins(file)
    outage = Outage(tuple(layer for layer in drop_ins if layer.problems))
    if main.problems:
        raise ConfigurationError([*main.problems, *outage.problems])
    names = frozenset[tuple[str, ...]]().union(*(layer.speaks_of for layer in (main, *drop_ins)))
    overrides = (read_environment(env, names), read_credentials(find_credentials(file, env), names))
    healthy = tuple(layer for layer in drop_ins if not layer.problems)
    while True:
        reading = _read((main, *healthy, *overrides), outage, kinds, file)
        blamed = _blamed(reading, healthy)
        if not blamed:
            break
        outage = outage.with_broken(blamed)
        healthy = tuple(layer for layer in healthy if layer.source not in {one.source for one in blamed})
    wrong = [*reading.problems, *(problem for layer in overrides for problem in layer.problems)]
    if wrong:
        raise ConfigurationError(list(dict.fromkeys([*wrong, *outage.problems])))
    return Configuration(
        file=file,
        settings=reading.settings,
        origins=reading.merged.origins,
        raw=reading.merged.tables,
        digest=digest,
        drop_ins=tuple(layer.source for layer in healthy),
        disabled=outage.disabled((main, *healthy), reading.settings.users),
        problems=outage.problems,
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one set of layers comes to."""

    merged: Merged
    settings: Settings
    findings: tuple[Finding, ...]

    @property
    def problems(self) -> list[Problem]:
        return [self.problem(finding) for finding in self.findings]

    def problem(self, finding: Finding) -> Problem:
        origin = self.merged.origin(finding.path)
        return Problem(origin.source, origin.line, dotted(finding.path), finding.wrong, finding.right)


def _read(layers: Sequence[Layer], outage: Outage, kinds: Kinds, file: Path) -> _Reading:
    base = file.absolute().parent
    merged = merge(layers)
    for unit in outage.units(layers):
        merged.drop(unit)
    settings, wrong_sections = read_sections(merged, base)
    users, wrong_users = read_users(merged)
    outlets, wrong_outlets = read_outlets(merged, users, outage.names("notify"))
    settings = settings.model_copy(update={"users": users, **outlets})
    connectors, wrong_connectors = read_connectors(merged, kinds, settings, base)
    settings = settings.model_copy(update={"connectors": connectors})
    family = read_family(merged, settings)
    settings = settings.model_copy(update=family.update)
    wrong = (*wrong_sections, *wrong_users, *wrong_outlets, *wrong_connectors, *family.wrong)
    return _Reading(merged, settings, wrong)


def _blamed(reading: _Reading, drop_ins: Sequence[Layer]) -> list[Layer]:
    """Give the drop-ins that are at fault, each with its problems.

    Of all that have a word about the same user, connector or section it is the last: what stood there
    without it may well have been right.
    """
    found: dict[str, list[Problem]] = {}
    for finding in reading.findings:
        unit = unit_of(finding.path)
        last = next((layer for layer in reversed(drop_ins) if unit in layer.speaks_of), None)
        if last is not None:
            found.setdefault(last.source, []).append(reading.problem(finding))
    return [layer.broken_by(found[layer.source]) for layer in drop_ins if layer.source in found]
