"""Loads the configuration: every layer, every problem at once, and no harm done by one broken drop-in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.configuration import Configuration, Kinds
from config.connectors import read_connectors
from config.disabled import Outage
from config.environment import read_credentials, read_environment
from config.findings import Finding
from config.layers import Layer, read_drop_ins, read_file, unit_of
from config.merging import Merged, merge
from config.positions import dotted
from config.sections import read_sections
from config.settings import Settings
from config.users import read_users
from engine.errors import ConfigurationError, Problem


def load(file: Path, *, kinds: Kinds, env: Mapping[str, str]) -> Configuration:
    """Read the main file, the drop-ins beside it, the environment and systemd's credentials.

    A drop-in with a problem is left out as a whole; the connectors that it has a word about are disabled.

    Raises:
        ConfigurationError: something is wrong outside of the drop-ins; it carries every problem there is.
    """
    main, drop_ins = read_file(file), read_drop_ins(file)
    outage = Outage(tuple(layer for layer in drop_ins if layer.problems))
    if main.problems:
        raise ConfigurationError([*main.problems, *outage.problems])
    names = frozenset[tuple[str, ...]]().union(*(layer.speaks_of for layer in (main, *drop_ins)))
    overrides = (read_environment(env, names), read_credentials(env, names))
    healthy = tuple(layer for layer in drop_ins if not layer.problems)
    while True:
        reading = _read((main, *healthy, *overrides), outage, kinds, file)
        blamed = _blamed(reading, healthy)
        if not blamed:
            break
        outage = outage.with_broken(blamed)
        healthy = tuple(layer for layer in healthy if layer.source not in {one.source for one in blamed})
    if reading.problems:
        raise ConfigurationError(_distinct([*reading.problems, *outage.problems]))
    return Configuration(
        file=file,
        settings=reading.settings,
        origins=reading.merged.origins,
        raw=reading.merged.tables,
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
    settings = settings.model_copy(update={"users": users})
    connectors, wrong_connectors = read_connectors(merged, kinds, settings, base)
    settings = settings.model_copy(update={"connectors": connectors})
    return _Reading(merged, settings, (*wrong_sections, *wrong_users, *wrong_connectors))


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


def _distinct(problems: Sequence[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))
