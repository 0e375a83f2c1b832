"""Wiring the use cases of the family's calendar."""

from collections.abc import Mapping
from typing import Any

from config.configuration import Configuration
from daemon.app.family.conflicts import Conflicts
from daemon.app.family.desks import FamilyDesks
from daemon.app.family.family_calendars import FamilyCalendars
from daemon.app.family.family_events import FamilyEvents
from daemon.app.family.family_files import FamilyFiles
from daemon.app.family.family_rules import FamilyRules
from daemon.app.family.owners_edits import OwnersEdits
from daemon.app.family.shared_resources import SharedResources
from daemon.app.sessions import SessionDesk
from daemon.booking.transitions import change_within
from daemon.knowledge import knowledge_policy_of
from daemon.sync.source import Source
from engine.ids import ConnectorName, SessionId, UserId
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock, Randomness
from engine.sessions import state_machine
from engine.time.span import Instant


def owners_edits_of(
    configuration: Configuration,
    store: Store,
    clock: Clock,
    randomness: Randomness,
    sources: Mapping[ConnectorName, Source],
) -> OwnersEdits:
    """Make what takes an owner's change of a copy back into its event."""
    return OwnersEdits(
        store=store,
        clock=clock,
        randomness=randomness,
        policy=knowledge_policy_of(configuration),
        sources=sources,
        on_moved=configuration.settings.booking.on_moved,
    )


def family_of(
    configuration: Configuration, store: Store, clock: Clock, randomness: Randomness, desk: SessionDesk
) -> FamilyDesks:
    """Make them over a store; `desk` says how sessions move."""
    settings = configuration.settings
    common: dict[str, Any] = {
        "store": store,
        "clock": clock,
        "randomness": randomness,
        "policy": knowledge_policy_of(configuration),
        "default_calendars": {
            UserId(user.id or name): user.default_calendar
            for name, user in settings.users.items()
            if user.default_calendar is not None
        },
        "usual_reminders": {UserId(user.id or name): user.reminders for name, user in settings.users.items()},
        "resolves_itself": settings.family.resolve == "auto",
    }

    def move_session(tx: Transaction, session: SessionId, now: Instant) -> None:
        change_within(
            tx,
            session,
            lambda before: state_machine.reschedule(before, now=now),
            targets=desk.targets,
            install=store.install,
            now=now,
        )

    return FamilyDesks(
        calendars=FamilyCalendars(**common, configured=frozenset(settings.calendars)),
        events=FamilyEvents(**common),
        files=FamilyFiles(**common),
        resources=SharedResources(**common),
        rules=FamilyRules(**common),
        conflicts=Conflicts(**common, move_session=move_session),
    )
