"""The kinds of connectors: what each can do, and where its code stands; that is imported on first use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from config.installation import adding
from engine.errors import InputError
from engine.model.capabilities import Capabilities, IdForm, IdsBy
from engine.model.user import Provider
from engine.trouble import ours

if TYPE_CHECKING:
    from connectors.consent import ConsentRequest, PageConsent
    from connectors.context import ConnectorContext
    from connectors.options import ConnectorOptions
    from engine.model.operations import Tokens
    from engine.ports.connector import Connector


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """All that gatherly knows of a kind of connector; nothing else asks for a kind by its name.

    `options` and `factory` are dotted paths, `module:name`, of its option type and of what makes one;
    `tokens` is that of what reads a stored token aloud, `budget` of what names its daily budget of requests,
    `consent` of what asks for somebody's consent at a terminal, `page_consent` by pages, where a connector
    lives on that; `gatherings` is the task that tells who is at events; `rules` is that of what tells by
    which rules events may recur there, where not by any.
    Of several calendars the one of the least `reliability` is written first: what fails does so before
    anything stands. `provider` is F0's word for who keeps the calendars, where the kind alone tells it.
    """

    options: str
    factory: str
    capabilities: Capabilities
    reliability: int = 0
    provider: Provider | None = None
    tokens: str | None = None
    budget: str | None = None
    consent: str = ""
    page_consent: str = ""
    gatherings: str = ""
    rules: str = ""

    def takes_rule(self, rule: str) -> bool:
        """Tell whether an event that recurs by a rule can be written there."""
        return not self.rules or bool(_named(self.rules)(rule))

    def options_type(self) -> type[ConnectorOptions]:
        """Import the model that validates this kind's options."""
        found: type[ConnectorOptions] = _named(self.options)
        return found

    def remarks(self, token: str | None) -> tuple[str, ...]:
        """Say what a calendar's stored token tells of its server: what was found out when it was read."""
        if self.tokens is None or token is None:
            return ()
        told: tuple[str, ...] = _named(self.tokens)(token)
        return told

    def daily_budget(self, options: object, base: Path) -> tuple[str, int] | None:
        """Name the daily budget of requests that a connector spends, and its size; None if there is none."""
        if self.budget is None:
            return None
        told: tuple[str, int] = _named(self.budget)(options, base)
        return told

    def tokens_of(self, options: object, asked: ConsentRequest) -> Tokens:
        """Ask for the consent that a connector lives on, or take a grant that was given elsewhere.

        Raises:
            InputError: it needs none, or none was given.
        """
        given: Tokens = _named(self.consent)(options, asked)
        return given

    def consent_on_pages(self) -> PageConsent:
        """Give what asks for the consent that a connector lives on by pages.

        Raises:
            InputError: what the kind needs is not here.
        """
        asks: PageConsent = _named(self.page_consent)()
        return asks


_OF_FILES = "connectors.ical.reading.gatherings:gatherings_task"

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "google": Kind(
            options="connectors.gcal.options:GoogleOptions",
            factory="connectors.gcal.connector:connect",
            capabilities=Capabilities(id_form=IdForm.GOOGLE, pushes=True, consents=True),
            reliability=60,
            provider=Provider.GOOGLE,
            budget="connectors.gcal.pace:daily_budget",
            consent="connectors.gcal.consent:consent",
            page_consent="connectors.gcal.consent_page:GooglePageConsent",
            gatherings="connectors.gcal.gatherings:gatherings_task",
        ),
        "outlook": Kind(
            options="connectors.outlook.options:OutlookOptions",
            factory="connectors.outlook.connector:connect",
            capabilities=Capabilities(ids=IdsBy.THEIRS, pushes=True, consents=True),
            reliability=60,
            provider=Provider.OUTLOOK,
            consent="connectors.outlook.consent:consent",
            page_consent="connectors.outlook.consent_page:OutlookPageConsent",
            gatherings="connectors.outlook.gatherings:gatherings_task",
            rules="connectors.outlook.patterns:can_say",
        ),
        "caldav": Kind(
            options="connectors.ical.options:CalDavOptions",
            factory="connectors.ical.caldav.connector:connect",
            capabilities=Capabilities(),
            reliability=40,
            tokens="connectors.ical.caldav.token:remarks",
            gatherings=_OF_FILES,
        ),
        "ics": Kind(
            options="connectors.ical.options:FeedOptions",
            factory="connectors.ical.feed.connector:connect",
            capabilities=Capabilities(writes=False),
            gatherings=_OF_FILES,
        ),
        "folder": Kind(
            options="connectors.ical.options:FolderOptions",
            factory="connectors.ical.folder.connector:connect",
            capabilities=Capabilities(local=True),
            reliability=100,
            gatherings=_OF_FILES,
        ),
        "email": Kind(
            options="connectors.ical.options:EmailOptions",
            factory="connectors.ical.mail.connector:connect",
            capabilities=Capabilities(id_form=IdForm.MESSAGE, reads=False, invites=True),
        ),
    }
)
_UNKNOWN = Kind(options="", factory="", capabilities=Capabilities(writes=False))


def kind_of(name: str | None) -> Kind:
    """Give a kind; of one that a broken drop-in misnames it is taken that it would read."""
    return KINDS.get(name or "", _UNKNOWN)


INVITING = frozenset(name for name, kind in KINDS.items() if kind.capabilities.invites)


class _OptionsTypes(Mapping[str, "type[ConnectorOptions]"]):
    """Every kind's option type, by kind: a configuration asks for those alone that it names."""

    def __getitem__(self, name: str) -> type[ConnectorOptions]:
        return KINDS[name].options_type()

    def __iter__(self) -> Iterator[str]:
        return iter(KINDS)

    def __len__(self) -> int:
        return len(KINDS)


def options_types() -> Mapping[str, type[ConnectorOptions]]:
    """Give every kind's option type, by kind; it is imported when it is asked for."""
    return _OptionsTypes()


def connect(kind: str, options: ConnectorOptions, context: ConnectorContext) -> Connector:
    """Make a connector of a kind.

    Raises:
        InputError: there is no such kind, or what it needs is not here.
    """
    if kind not in KINDS:
        raise InputError(f"{kind!r} is not a kind of connector", f"Choose one of {', '.join(KINDS)}")
    factory: Callable[[ConnectorOptions, ConnectorContext], Connector] = _named(KINDS[kind].factory)
    return ours(InputError, f"kind {kind!r}", partial(factory, options, context))


def missing(kind: str) -> str | None:
    """Say what a kind lacks here, and how it is added; None where nothing is missing."""
    try:
        _named(KINDS[kind].factory)
    except InputError as error:
        return str(error)
    return None


def _named(path: str) -> Any:
    """Import what a kind names.

    Raises:
        InputError: a library that the kind needs is not here.
    """
    module, _, name = path.partition(":")
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        named = (
            kind
            for kind, one in KINDS.items()
            if path in (one.options, one.factory, one.budget, one.consent, one.page_consent)
        )
        kind = next(named, "")
        raise InputError(
            f"kind {kind!r} needs {error.name}, which is not here",
            f"{adding(kind)}; or take the connector out of the configuration",
        ) from error
