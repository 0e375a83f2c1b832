"""Whatever a port raises about one person, everybody else's work goes on, and the trouble is told.

The ports and their methods are found by reflection: a new one is either reached by a pass, and then tried
here, or named below with the reason why no pass reaches it.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.app.status import gather
from daemon.commands.status_words import status_words
from daemon.jobs.jobs import work
from daemon.jobs.single_pass import pull, run_once
from daemon.services import Services
from daemon.terminal.times import Reader
from engine.model.set_aside import LONGEST_WAIT, SetAside, Work
from engine.operations.health import Health
from tests.worlds.faulty_world import POISON, WELL, Fault, Town, UnheardOfError, port_methods

UNHEARD_OF: tuple[Callable[[], BaseException], ...] = (
    UnheardOfError,
    MemoryError,
    RecursionError,
    lambda: UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    lambda: LookupError("unknown encoding: klingon"),
    lambda: OverflowError("date value out of range"),
    lambda: SystemExit(3),
    lambda: AssertionError(),
    lambda: ExceptionGroup("several", [ValueError("one"), TypeError("another")]),
    lambda: StopIteration(),
)

WITHIN_A_CONNECTOR = {"Budgets", "GrantKeeper", "Consenting", "Measured", "Paced"}
"""Ports that only connectors call: what they raise is met at the connector's edge."""
OF_THE_WHOLE = {"Store", "LiveStore", "Custody", "Clock", "Randomness", "WorkQueue"}
"""Ports that are about nobody: their trouble is the store's or the machine's as a whole."""
PARTS = {"AddressBook", "Reachable", "Reader", "Watchable", "Writer"}
"""What a `Connector` is made of, or may be besides: tried as one."""
BESIDES = ("Connector.stamp",)
"""What a connector does that is `Watchable`."""
OF_APPS = {"Apps", "AppDocumentRecords", "Listening"}
"""The documents of apps: tried in `test_odd_documents.py`."""
NOT_IN_A_PASS = {
    # asked for everybody at once, not for one person
    "Calendars.accounts", "Calendars.due", "Calendars.claim_due", "Wakes.due", "Wakes.is_due",
    "Outbox.due", "Ledger.due", "Ledger.in_state", "Ledger.watched",
    "Ledger.counts", "Ledger.take_turns", "Outbox.waiting_since", "Visits.lapsed",
    "Calendars.failing", "Outages.standing",
    "Ledger.unread", "Ledger.written_to", "Ledger.leaving", "Sessions.expired", "Sessions.counts",
    "Sessions.listed", "Users.all",
    "SetAsides.all", "Resources.all", "Constraints.all", "Conflicts.with_status", "Outbox.listed",
    "Analytics.newest", "Analytics.marks", "Analytics.some", "Audit.before",
    "Audit.listed", "Audit.latest", "Audit.intact", "Audit.after", "Audit.end",
    # asked for the daemon itself
    "Daemons.all", "Daemons.get", "Daemons.put", "Daemons.delete",
    # asked while an app's document is taken in: tried with the documents
    "Sessions.company",
    # asked by ids that tell nobody's name
    "Ledger.effect_of", "Ledger.effects_writing", "Outbox.get",
    # asked by commands, or by nobody yet: the command line tells them in one line
    "Calendars.objects", "Calendars.forget", "Connector.probe", "Connector.close", "Sessions.delete",
    "Sessions.begun", "Users.put", "Users.delete", "Vault.identifier", "SetAsides.of_session",
    "SetAsides.of_sessions", "Sessions.page", "Sessions.attended_by", "Messages.get",
    "Sessions.standing",
    "Calendars.with_uids", "Calendars.shared_objects", "Calendars.uids",
    # asked for a family's events and conflicts, of which a person with folders has none
    "Calendars.busy", "Constraints.for_user",
    "Sessions.in_common", "Messages.ids", "Vault.look_up",
}  # fmt: skip
IDLE = {
    "Repository", "Events", "Participants", "Reminders", "Resources", "Conflicts",
    "BudgetRepository", "Grants", "Cursors", "Dispatches", "KeptAnswers", "RefreshTokens", "Pushing",
    "KeptChannels", "Invitations", "Turns",
    # off unless an operator switches it on: tried in tests/daemon/relations
    "Rows", "Written", "Contacts", "KnownAddresses", "Interactions", "Interests", "Relationships", "Memories",
    "Embeddings", "MeetingSources", "Encounters",
}  # fmt: skip
"""Repositories that no pass touches for a person with folders."""
IDLE_METHODS = {
    "Analytics.delete", "Analytics.get", "Analytics.of_host", "Constraints.delete", "Constraints.get",
    "Constraints.put", "Notifications.delete", "Notifications.due", "Notifications.get",
    "Notifications.of_user", "Profiles.delete", "Profiles.for_training",
    "AllSettings.delete", "AllSettings.leaving", "AllSettings.put", "AllSettings.some",
    "LearningNotes.delete", "LearningNotes.get", "Links.delete", "Links.get", "Links.of_user",
    "Links.use_up", "Outages.delete", "Reservations.all", "Reservations.delete", "Reservations.get",
    "Reservations.of_event", "Reservations.of_series", "Reservations.overlapping", "Reservations.put",
    "Visits.delete", "Visits.get", "Visits.marked", "Visits.of_invitation", "Visits.of_session",
    "Outages.put", "Visits.put", "Visits.among", "Visits.confirmed", "Visits.queue", "Reservations.of_events",
    "SyncJobs.delete", "SyncJobs.get", "SyncJobs.of_connector", "SyncJobs.of_user", "SyncJobs.with_status",
}  # fmt: skip
OWN_RECORD = {"SetAsides.get", "SetAsides.put", "SetAsides.delete"}
"""Where the trouble itself is kept: without it there is only the log, and the others' work goes on."""


BY_CHANCE = {"Outages.put"}
"""Reached where a failed read is not yet made good as health is looked at: reads end as their threads do."""
MOST_PASSES = 40
"""More passes than one item's work has calls that can fail one after the other."""
UNGUARDED_LOOKS = {"Calendars.account", "Connector.stamp", *OWN_RECORD}
"""Looks that tell whether there is anything to do: asked at each tick, and cheap."""
VERSION_LOOKS = {"Sessions.get": 1, "Vault.open": 3, "Vault.opens": 1}
"""What the guard's looks at a session's version take each tick: whether what is set aside has changed.

Two of three are for bookings: those that do not open stay due. A key is asked at each look whether it still
opens (`store.sql.repositories.opened_sessions`)."""
STILL_TICKS = 2


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return Town.built(tmp_path_factory.mktemp("town") / "first")


@pytest.fixture
def town(built: Town, tmp_path: Path) -> Town:
    return built.copy(tmp_path / "town")


def a_pass(services: Services) -> None:
    """Do what the daemon does: sweep, read, propose, book, end what nobody answered, tell, keep fresh."""
    services.sweep.run()
    services.refresh.run()
    run_once(services, lambda _: None)


def a_tick(services: Services) -> None:
    """Do what is due by now, and nothing else."""
    pull(services, services.due_sources(), lambda _: None)
    work(services)


def sees(services: Services, town: Town) -> Health:
    """Give what `gatherly status` tells."""
    with services.store.reading() as tx:
        return gather(tx, services.configuration, town.clock.now())


def done(services: Services, town: Town, word: str) -> bool:
    """Tell whether all that somebody waited for is done: what is booked is booked, or offered anew."""
    found = {what: services.desk.view(session) for what, session in town.sessions.items() if word in what}
    booked, off = (found[f"{word} {what}"]["booking"]["state"] for what in ("books", "goes"))
    ended = found[f"{word} expires"]["status"] == "cancelled"
    proposed = found[f"{word} looks"]["proposedTimes"]
    if word == WELL:
        return bool(booked == "confirmed" and off in ("quarantine", "cancelled") and ended and proposed)
    return bool(booked in ("confirmed", "proposed") and off == "cancelled" and ended and proposed)


def left(services: Services, town: Town) -> list[SetAside]:
    """Give what is set aside but for calls that have not been made again since."""
    return [one for one in sees(services, town).set_aside if one.step is not Work.CALL]


def tried() -> list[str]:
    """Give the methods that a pass reaches, or must be said not to."""
    left_out = WITHIN_A_CONNECTOR | OF_THE_WHOLE | PARTS | OF_APPS | IDLE
    names = (name for name in port_methods() if name.split(".")[0] not in left_out)
    return sorted([*BESIDES, *(name for name in names if name not in NOT_IN_A_PASS | IDLE_METHODS)])


def test_every_port_raises_once_about_one_person_and_nobody_else_waits(town: Town) -> None:
    """In the end the poisoned person's work is done too, and nothing is left set aside."""
    fault = Fault(each_once=True)
    with town.services(fault) as services:
        a_pass(services)
        with fault.quietly():
            assert done(services, town, WELL)
            assert not sees(services, town).ok
        for _ in range(MOST_PASSES):
            town.clock.at += LONGEST_WAIT
            a_pass(services)
            with fault.quietly():
                if done(services, town, POISON) and not left(services, town):
                    break
        assert set(tried()) - OWN_RECORD == fault.reached - OWN_RECORD - BY_CHANCE
        with fault.quietly():
            assert done(services, town, POISON)
            assert left(services, town) == []


@pytest.mark.long
@pytest.mark.chaos
@pytest.mark.parametrize("method", tried())
def test_what_a_port_always_raises_about_one_person_stops_nobody_else(town: Town, method: str) -> None:
    fault = Fault(method, raises=UNHEARD_OF[sum(map(ord, method)) % len(UNHEARD_OF)])
    with town.services(fault) as services:
        a_pass(services)
        with fault.quietly():
            assert done(services, town, WELL)
            if fault.fired and method not in OWN_RECORD:
                health = sees(services, town)
                assert not health.ok
                assert POISON in status_words(health, Reader("UTC", 0))
        a_tick(services)  # the connector that was read is due once more
        met = fault.fired
        for _ in range(STILL_TICKS):
            a_tick(services)
        looks = STILL_TICKS * VERSION_LOOKS.get(method, 0)
        assert fault.fired <= met + looks or method in UNGUARDED_LOOKS
