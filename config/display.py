"""The merged configuration as it may be shown: with origins, and without secrets."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from config.configuration import Configuration, OptionTypes, Origin
from config.files.positions import KeyPath
from config.findings import is_secret, plain
from config.sections import NAMED_TABLES, sections
from config.settings import ConnectorKeys

MASK = "********"
_USERINFO = re.compile(r"(?<=://)([^/@:]*):[^/@]*(?=@)")
_DEFAULT = Origin("default")


@dataclass(frozen=True, slots=True)
class Shown:
    """One value, as the file would write it, and where it was given."""

    path: KeyPath
    value: Any
    origin: Origin


def shown(configuration: Configuration, option_types: OptionTypes) -> Iterator[Shown]:
    """Go through every value that holds, section by section; keys that are absent by default are left out."""
    for name, model in sections().items():
        yield from _table(configuration, (name,), [model])
    for section, model in NAMED_TABLES.items():
        for name in getattr(configuration.settings, section):
            yield from _table(configuration, (section, name), [model])
    for name, connector in configuration.settings.connectors.items():
        if connector.through is None:
            models: list[type[BaseModel]] = [ConnectorKeys, option_types[connector.kind]]
            yield from _table(configuration, ("connectors", name), models)


def _table(configuration: Configuration, at: KeyPath, models: Sequence[type[BaseModel]]) -> Iterator[Shown]:
    if configuration.raw is None:
        raise ValueError("this configuration was loaded without what is written in it")
    given = _given(configuration.raw, at)
    for model in models:
        for name, field in model.model_fields.items():
            key = field.alias or name
            if key in given:
                origin = configuration.origins.get((*at, key), _DEFAULT)
                value = MASK if is_secret(model, key) else masked(plain(given[key]))
                yield Shown((*at, key), value, origin)
                given = {other: value for other, value in given.items() if other != key}
            elif field.default is not None and not field.is_required() and not _told(models, model, key):
                yield Shown((*at, key), masked(plain(field.get_default(call_default_factory=True))), _DEFAULT)


def _told(models: Sequence[type[BaseModel]], model: type[BaseModel], key: str) -> bool:
    """Whether an earlier table has the key already: a kind may narrow a common one."""
    return any(key in earlier.model_fields for earlier in models[: models.index(model)])


def _given(tables: Mapping[str, Any], at: KeyPath) -> Mapping[str, Any]:
    for part in at:
        tables = tables.get(part, {})
    return tables


def masked(value: Any) -> Any:
    """Take passwords out of addresses."""
    return _USERINFO.sub(rf"\1:{MASK}", value) if isinstance(value, str) else value
