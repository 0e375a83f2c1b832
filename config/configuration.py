"""What loading the configuration gives: settings, where each value comes from, and what is disabled."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from pydantic import BaseModel

from config.files.positions import KeyPath
from config.settings import ConnectorSettings, Settings
from engine.errors import Problem
from engine.ids import ConnectorName, UserId

OptionTypes: TypeAlias = Mapping[str, type[BaseModel]]


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of connectors that a configuration may name: their options, and which of them only invite.

    One that invites stands beside another that writes the same user's calendar.
    """

    options: OptionTypes
    inviting: frozenset[str] = frozenset()


"""Per kind of connector, the type of the keys that only it has.

A type that declares one of the common keys (`config.settings.ConnectorKeys`) sees that key's value too and
may narrow it. A field of type `Path` is given relative to the configuration's folder and arrives absolute.
A kind with `schedule` reads free/busy of the users with these addresses through the same account: each
becomes a connector of that user's (`config.schedules`).
A secret X is declared as `X` (`SecretStr`), `X_file`, `X_credential` and `X_command` (`config.secrets`).
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was given; the later layer wins."""

    source: str
    """A file, `environment`, `credentials` or `default`."""
    line: int | None = None

    def __str__(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisabledConnector:
    """A connector that a broken drop-in takes out of service; its user's time is unknown meanwhile."""

    name: ConnectorName
    kind: str | None
    user_id: UserId | None
    """None where not even that is known."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """A configuration that can be used, perhaps without some of its drop-ins."""

    file: Path
    settings: Settings
    origins: Mapping[KeyPath, Origin] = field(default_factory=dict)
    """Of every value that was given; what is not in here has its default."""
    raw: Mapping[str, object] | None = field(default_factory=dict)
    """The merged tables as written, before anything was read into them; None where they were not kept."""
    digest: str = ""
    """Of the files it was read from, as they were then."""
    drop_ins: tuple[str, ...] = ()
    """Those that count."""
    disabled: tuple[DisabledConnector, ...] = ()
    problems: tuple[Problem, ...] = ()
    """What is wrong in the drop-ins that were left out."""

    def without_sources(self) -> "Configuration":
        """Give the same without what was written where: only who shows a configuration needs that."""
        return replace(self, origins={}, raw=None)

    def with_connectors(
        self, kept: Mapping[str, ConnectorSettings], disabled: tuple[DisabledConnector, ...]
    ) -> "Configuration":
        """Give the same with these connectors alone, and others told of as disabled."""
        settings = self.settings.model_copy(update={"connectors": kept})
        return replace(self, settings=settings, disabled=(*self.disabled, *disabled))
