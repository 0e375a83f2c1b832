"""Whom one person with 1,000 contacts knows, from 100,000 events: derivation, a change, list and search.

Seconds of processor; of a first derivation, which keeps two processors busy, how long people wait for it.
"""

import gc
import os
import random
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from daemon.app.principal import Principal, Role
from daemon.app.relations.contacts import Contacts
from daemon.app.relations.desk import Desk
from daemon.app.relations.searching import search
from daemon.commands.run import OBJECTS_A_COLLECTION
from daemon.relations.embedders import LocalEmbedder
from daemon.services import Services
from engine.ids import CalendarKey, ConnectorName, EventUid, Href, RemoteCalendarId, UserId
from engine.model.calendar import Calendar
from engine.model.calendar_object import RawObject, SyncPlan
from engine.time.instant import format_instant, parse_instant
from engine.time.span import DAY, HOUR
from tests.worlds.folder_world import FolderWorld, Somebody

pytestmark = pytest.mark.bench
EVENTS = int(os.environ.get("EVENTS", "100000"))
CONTACTS = max(10, EVENTS // 100)
TITLES = max(10, EVENTS // 20)
NOW = "2026-11-27T12:00:00Z"
AT = parse_instant(NOW)
ALICE = UserId("alice")
KEY = CalendarKey(ConnectorName("alice-folder"), RemoteCalendarId("."))
WORDS = ("budget", "match", "choir", "sync", "review", "planning", "orchard", "census", "summit")
MOST = {"derive by the clock": 60.0, "change": 0.010, "list": 0.050, "search": 0.100}


def title(number: int) -> str:
    chosen = random.Random(number % TITLES)
    return " ".join((*chosen.sample(WORDS, 2), f"of {chosen.choice(WORDS)} {number % TITLES}"))


def raw(number: int, words: str | None = None) -> RawObject:
    """Give one event with one or two of the contacts."""
    chosen = random.Random(number)
    start = AT - chosen.randint(1, 5 * 365) * DAY - chosen.randint(0, 12) * HOUR
    times = [format_instant(at).replace("-", "").replace(":", "") for at in (start, start + HOUR)]
    people = {number % CONTACTS, *([chosen.randrange(CONTACTS)] if number % 10 == 0 else [])}
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//b//EN", "BEGIN:VEVENT", f"UID:e{number}"),
        *("DTSTAMP:20250101T000000Z", f"DTSTART:{times[0]}", f"DTEND:{times[1]}"),
        *(f"SUMMARY:{words or title(number)}", "ORGANIZER:mailto:alice@example.com"),
        *(f"ATTENDEE;CN=Person Number{one}:mailto:p{one}@known.example" for one in sorted(people)),
        *("END:VEVENT", "END:VCALENDAR", ""),
    ]
    uid = EventUid(f"e{number}")
    text = "\r\n".join(lines).encode()
    return RawObject(href=Href(f"{uid}.ics"), uid=uid, etag="1", content_hash=f"{number}{words}", raw=text)


def processor() -> float:
    """Give the seconds of processor that this process and its children have taken."""
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in times) + sum(map(_of_child, _children()))


def _children() -> list[int]:
    return [int(one) for one in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def _of_child(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def best(work: Callable[[], object], rounds: int = 7) -> float:
    """Give the processor time of the quickest round."""
    taken = []
    for _ in range(rounds):
        began = processor_here()
        work()
        taken.append(processor_here() - began)
    return min(taken)


def processor_here() -> float:
    return time.process_time()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FolderWorld]:
    settings = '[relations]\nenabled = true\nembedder = "none"\n'
    world = FolderWorld(tmp_path_factory.mktemp("bench"), [Somebody(name="alice")], NOW, settings)
    collected = gc.get_threshold()
    gc.set_threshold(OBJECTS_A_COLLECTION)  # as the daemon's process does
    with world.standing(), world.services() as made:
        fill(made)
        yield world
    gc.set_threshold(*collected)


def fill(made: Services) -> None:
    with made.store.writing() as tx:
        calendar = tx.calendars.get(KEY) or Calendar(key=KEY, user_id=ALICE, name="Work")
        version = calendar.version
        for at in range(0, EVENTS, 10_000):
            batch = tuple(raw(number) for number in range(at, min(EVENTS, at + 10_000)))
            tx.calendars.apply(SyncPlan(calendar=calendar, based_on=version, upserts=batch))
            version += 1


def derive(made: Services) -> None:
    while made.relating.run():
        pass


def desk(made: Services) -> Desk:
    return Desk.of(made.access, Principal(Role.USER, ALICE))


def test_one_persons_contacts(world: FolderWorld, capsys: pytest.CaptureFixture[str]) -> None:
    with world.services() as services:
        measured(services, world, capsys)


def measured(services: Services, world: FolderWorld, capsys: pytest.CaptureFixture[str]) -> None:
    began, cpu = time.monotonic(), processor()
    derive(services)
    found = {"derive": processor() - cpu, "derive by the clock": time.monotonic() - began}
    known = Contacts(desk(services)).all()
    with services.store.reading() as tx:
        interactions = tx.repositories.interactions.count(ALICE)
    world.pass_time(HOUR)
    found["list"] = best(lambda: Contacts(desk(services)).page())
    found["whole list"] = best(lambda: Contacts(desk(services)).listed())
    began = processor_here()
    indexes = services.access.indexes
    assert search(desk(services), "budget", indexes)
    found["first search"] = processor_here() - began
    questions = iter(["choir", "summit of retro", "person number12", "census", "p7", "planning", "demo sync"])
    found["search"] = best(lambda: search(desk(services), next(questions), indexes))
    found["change"] = min(_changed(services, number) for number in range(7))
    with capsys.disabled():
        print(f"\n{EVENTS} events, {len(known)} contacts, {interactions} interactions; seconds of processor:")
        print("  ".join(f"{name} {seconds:.4f}" for name, seconds in found.items()))
    assert len(known) == CONTACTS
    if EVENTS >= 100_000:
        assert {name for name, most in MOST.items() if found[name] > most} == set()


def _changed(made: Services, number: int) -> float:
    """Change the title of one event, and tell what deriving it takes, without the child that reads it."""
    with made.store.writing() as tx:
        calendar = tx.calendars.get(KEY)
        assert calendar is not None
        one = raw(number, f"Another title {number}")
        plan = SyncPlan(calendar=calendar, based_on=calendar.version, upserts=(one,))
        tx.calendars.apply(plan)
        made.relating.changed(tx, ALICE, plan)
    began = processor_here()
    assert made.relating.deriving is not None
    assert made.relating.deriving.run() == 1
    return processor_here() - began


def test_embeddings_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    embedder = LocalEmbedder()
    embedder.place(["warm"])
    texts = [title(number) for number in range(2000)]
    began = processor_here()
    for at in range(0, len(texts), embedder.at_once):
        embedder.place(texts[at : at + embedder.at_once])
    rate = len(texts) / (processor_here() - began)
    with capsys.disabled():
        print(f"\n{rate:.0f} distinct titles placed a second of processor")
    assert rate >= 1000
