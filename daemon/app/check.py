"""Whether the configuration is right, and whether each connector works."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from config.configuration import Configuration, DisabledConnector
from config.secrets import SecretPlaces, exposed_files, is_exposed
from daemon.app.principal import Principal
from daemon.app_documents.sync import LIVE, DocumentSync
from daemon.sync.source import Source
from engine.ports.connector import Probe
from engine.text.mail_address import is_address
from engine.text.plain_text import one_line

CHECK = "check the configuration"
LARGEST_SKEW = 60
"""Seconds by which a provider's clock may differ before tokens and windows suffer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How one connector was found; `probe` is None where it was not asked: disabled, or what apps share."""

    name: str
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()
    disabled: bool = False
    probe: Probe | None = None

    def document(self) -> dict[str, Any]:
        """Give it as `check --json` writes it."""
        asked = self.probe and {
            "reachable": self.probe.reachable,
            "authorised": self.probe.authorised,
            "canWrite": self.probe.can_write,
            "clockSkew": self.probe.clock_skew,
        }
        told = {"notes": list(self.notes), "problems": list(self.problems)}
        return {"name": self.name, "state": self.state, **(asked or {}), **told}

    @property
    def state(self) -> str:
        """The word for it."""
        return "disabled" if self.disabled else "error" if self.problems else "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What was found: drop-ins that are left out, users nobody can write for, and every connector."""

    configuration: Configuration
    left_out: tuple[str, ...]
    users: tuple[str, ...]
    connectors: tuple[Checked, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.left_out and not self.users and not any(one.problems for one in self.connectors)

    def document(self) -> dict[str, Any]:
        """Give it as `check --json` writes it."""
        rows = [one.document() for one in self.connectors]
        return {"ok": self.ok, "problems": [*self.left_out, *self.users], "connectors": rows}


def check_offline(principal: Principal, configuration: Configuration) -> CheckReport:
    """Check what can be checked without asking a provider."""
    principal.must_be_operator(CHECK)
    return _report(configuration, configuration.disabled, ())


def check(
    principal: Principal,
    configuration: Configuration,
    sources: Iterable[Source],
    documents: DocumentSync | None,
) -> CheckReport:
    """Check the configuration, try each connector, and what apps share."""
    principal.must_be_operator(CHECK)
    found = [_checked(source, source.connector.probe()) for source in sources]
    apps = _apps(documents, configuration)
    return _report(configuration, configuration.disabled, (*found, *apps))


def _report(
    configuration: Configuration,
    disabled: Sequence[DisabledConnector],
    asked: Sequence[Checked],
) -> CheckReport:
    out = [Checked(name=one.name, problems=(one.reason,), disabled=True) for one in disabled]
    return CheckReport(
        configuration=configuration,
        left_out=tuple(str(problem) for problem in configuration.problems),
        users=tuple(_without_address(configuration)),
        connectors=tuple(
            replace(one, notes=(*one.notes, *_exposed(configuration, one.name))) for one in (*out, *asked)
        ),
    )


def _without_address(configuration: Configuration) -> Iterable[str]:
    """Name everybody for whom no copy and no mail can be written, since their address is none."""
    for name, user in configuration.settings.users.items():
        address = user.email or name
        if not is_address(address):
            yield f"[users.{name}]: {one_line(address)!r} is not an address. Give them an email"


def _exposed(configuration: Configuration, name: str) -> list[str]:
    """Tell which files with a connector's secrets can be read by more than their owner."""
    connector = configuration.settings.connectors.get(name)
    places = SecretPlaces.of(configuration.file, {})
    return [_readable(file) for file in exposed_files(connector.options, places)] if connector else []


def _readable(file: object) -> str:
    return f"{file} can be read by others. Run: chmod 600 {file}"


def _apps(documents: DocumentSync | None, configuration: Configuration) -> list[Checked]:
    """Tell whether what apps share can be reached; nothing where there are none."""
    if documents is None:
        return []
    problem, key = documents.probe(), configuration.settings.firestore.credentials_file
    notes = (_readable(key),) if key is not None and is_exposed(key) else ()
    return [Checked(name=LIVE, problems=(problem,) if problem else (), notes=notes)]


def _checked(source: Source, probe: Probe) -> Checked:
    problems = list(probe.problems)
    if source.write is not None and probe.reachable and probe.authorised and not probe.can_write:
        problems.append(f"{source.write} cannot be written. Choose another calendar, or leave write out")
    if probe.clock_skew is not None and abs(probe.clock_skew) > LARGEST_SKEW:
        problems.append(f"the clocks differ by {probe.clock_skew} s. Set this machine's clock by NTP")
    return Checked(name=source.name, problems=tuple(problems), notes=probe.notes, probe=probe)
