"""Whether the configuration is right, and whether each connector works."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from config.configuration import Configuration
from config.installation import adding, is_here
from config.secrets import SecretPlaces, exposed_files, is_exposed
from config.settings import Settings
from connectors.registry import missing
from daemon.app.principal import Principal
from daemon.app_documents.sync import LIVE, DocumentSync
from daemon.sync.source import Source
from engine.ports.connector import Probe
from engine.ports.world import Clock
from engine.text.mail_address import is_address
from engine.text.plain_text import one_line

CHECK = "check the configuration"
LARGEST_SKEW = 60
"""Seconds by which a provider's clock may differ before tokens and windows suffer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How one connector was found; `probe` is None where it was not asked: disabled, or what apps share.

    `cautions` are what should be looked at although it works; `took` is how long the provider took to answer,
    in seconds.
    """

    name: str
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    disabled: bool = False
    probe: Probe | None = None
    write: str | None = None
    took: float | None = None

    def document(self) -> dict[str, Any]:
        """Give it as `check --json` writes it."""
        asked = self.probe and {
            "reachable": self.probe.reachable,
            "authorised": self.probe.authorised,
            "canWrite": self.probe.can_write,
            "clockSkew": self.probe.clock_skew,
        }
        told = {"notes": [*self.notes, *self.cautions], "problems": list(self.problems)}
        return {"name": self.name, "state": self.state, **(asked or {}), **told}

    @property
    def state(self) -> str:
        """The word for it."""
        return "disabled" if self.disabled else "error" if self.problems else "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What was found of drop-ins that are left out, the store, the users' addresses and every connector."""

    configuration: Configuration
    left_out: tuple[str, ...]
    store: tuple[str, ...]
    users: tuple[str, ...]
    connectors: tuple[Checked, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        wrong = (self.left_out, self.store, self.users, *(one.problems for one in self.connectors))
        return not any(wrong)

    def beside(self, more: Iterable[Checked]) -> "CheckReport":
        """Give the same with what else was tried."""
        return replace(self, connectors=(*self.connectors, *more))

    def document(self) -> dict[str, Any]:
        """Give it as `check --json` writes it."""
        rows = [one.document() for one in self.connectors]
        return {"ok": self.ok, "problems": [*self.left_out, *self.store, *self.users], "connectors": rows}


def check_offline(principal: Principal, configuration: Configuration, store: str | None) -> CheckReport:
    """Check what can be checked without asking a provider; `store` says why there can be none."""
    principal.must_be_operator(CHECK)
    kinds = {name: one.kind for name, one in configuration.settings.connectors.items()}
    lacking = {name: why for name, kind in kinds.items() if (why := missing(kind)) is not None}
    return _report(
        configuration, store, [Checked(name=name, problems=(why,)) for name, why in lacking.items()]
    )


def check(
    principal: Principal,
    configuration: Configuration,
    sources: Iterable[Source],
    documents: DocumentSync | None,
    store: str | None,
    clock: Clock,
    say: Callable[[str], None],
) -> CheckReport:
    """Check the configuration, try each connector, and what apps share; `say` hears what is asked now."""
    principal.must_be_operator(CHECK)
    found = []
    written: dict[tuple[str, str], Source] = {}
    for source in sources:
        say(f"asking {source.name}")
        began = clock.monotonic()
        probe = source.connector.probe()
        one = _checked(source, probe, clock.monotonic() - began)
        cautions = (*_in_one_calendar(source, probe, written), *_too_seldom(source, configuration.settings))
        found.append(replace(one, cautions=cautions))
    return _report(configuration, store, (*found, *_apps(documents, configuration)))


class _Lacking(NamedTuple):
    """What cannot be done here: the table that needs it, what to do, and whether anybody asked for it."""

    table: str
    words: str
    asked: bool


def _lacking(settings: Settings) -> Iterator[_Lacking]:
    """Give what is configured and cannot be done here; kinds, channels and stores say theirs themselves."""
    if settings.otel.endpoint is not None and not is_here("otel"):
        words = f"Traces need the extra otel, which is not installed. {adding('otel')}; or take [otel] out"
        yield _Lacking("otel", words, True)
    if settings.api.listen and not is_here("web"):
        remedy = f'{adding("web")}; or write listen = "" under [api]'
        words = f"Pages, API and metrics need the extra web, which is not installed. {remedy}"
        yield _Lacking("api", words, "listen" in settings.api.model_fields_set)


def _in_one_calendar(source: Source, probe: Probe, written: dict[tuple[str, str], Source]) -> Iterable[str]:
    """Say where two people's bookings would lie in one calendar: the second signed in as the first."""
    if source.write is None or probe.account is None:
        return
    other = written.setdefault((probe.account, source.write), source)
    if other.user != source.user:
        yield (
            f"{other.name} writes the same calendar of {probe.account} for {other.user}: two copies of a "
            f"booking would be there, and none in {source.user}'s. "
            f"Run gatherly connect {source.name}, signed in as them"
        )


def _too_seldom(source: Source, settings: Settings) -> Iterable[str]:
    """Say where busy times no longer count before they are read again."""
    if source.is_polled and source.every >= settings.sync.max_age:
        yield (
            f"what is read counts for no longer than until it is read again, and {source.user} is unknown in "
            "between. Shorten every, or lengthen max_age under [sync]"
        )


def _report(configuration: Configuration, store: str | None, asked: Sequence[Checked]) -> CheckReport:
    out = [Checked(name=one.name, problems=(one.reason,), disabled=True) for one in configuration.disabled]
    without = [
        Checked(name=one.table, problems=(one.words,))
        if one.asked
        else Checked(name=one.table, problems=(), cautions=(one.words,))
        for one in _lacking(configuration.settings)
    ]
    return CheckReport(
        configuration=configuration,
        left_out=tuple(str(problem) for problem in configuration.problems),
        store=() if store is None else (f"the store cannot be made: {store}",),
        users=tuple(_without_address(configuration)),
        connectors=tuple(
            replace(one, cautions=(*one.cautions, *_exposed(configuration, one.name)))
            for one in (*out, *asked, *without)
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
    return [Checked(name=LIVE, problems=(problem,) if problem else (), cautions=notes)]


def _checked(source: Source, probe: Probe, took: float) -> Checked:
    problems = list(probe.problems)
    if source.write is not None and probe.reachable and probe.authorised and not probe.can_write:
        problems.append(f"{source.write} cannot be written. Choose another calendar, or leave write out")
    if probe.clock_skew is not None and abs(probe.clock_skew) > LARGEST_SKEW:
        problems.append(f"the clocks differ by {probe.clock_skew} s. Set this machine's clock by NTP")
    return Checked(
        name=source.name,
        problems=tuple(problems),
        notes=probe.notes,
        probe=probe,
        write=source.write,
        took=took,
    )
