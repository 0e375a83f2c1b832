"""What happened is told as sentences, oldest first, of everything or of one session, user or connector."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.app.insight.log_words import Sentences
from daemon.app.log import LogRecord
from daemon.commands import log
from daemon.terminal.audience import Audience
from daemon.terminal.times import Reader
from engine.errors import UnknownThingError
from engine.ids import UserId
from tests.standins.busy_store import BusyStore
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody, event

PEOPLE = (
    Somebody(name="alice", zone="America/New_York", extra='name = "Alice"'),
    Somebody(name="bob", zone="Europe/Berlin", extra='name = "Bob"'),
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FolderWorld]:
    """A session that was booked and called off, and a folder that was away for an hour."""
    made = FolderWorld(tmp_path, PEOPLE, "2026-11-12T10:00:00Z")
    with made.standing():
        made.run_once()
        session = made.create("alice", "bob", title="Roadmap")
        made.run_once()
        made.accept(session)
        made.run_once()
        made.pass_time(3600)
        shutil.move(made.folder("bob"), made.root / "away")
        made.run_once()
        shutil.move(made.root / "away", made.folder("bob"))
        made.pass_time(3600)
        made.run_once()
        with made.services() as services:
            services.desk.cancel(session)
        made.run_once()
        yield made


def test_a_sessions_steps_and_a_connectors_turns_are_told(
    world: FolderWorld, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    gatherly = Line(capsys)
    lines = gatherly("log", "-c", world.file).stdout.splitlines()
    assert lines[0] == "Thu 12 Nov, UTC"
    assert [line[10:] for line in lines[1:5]] == [
        "Alice asked for Roadmap, with Bob",
        "3 times were offered for Roadmap",
        "Alice took Thu 12 Nov 13:00–13:30 for Roadmap",
        "Roadmap is booked for Thu 12 Nov 13:00–13:30",
    ]
    told = "\n".join(lines)
    assert "11:00:00  bob-folder cannot be read: " in told
    assert "12:00:00  bob-folder is in step again" in told
    assert "12:00:00  Roadmap was called off" in told
    assert "bob-folder no longer has Roadmap" in told
    of_one = gatherly("log", "--connector", "bob-folder", "-c", world.file).stdout
    assert "Roadmap" not in of_one
    assert of_one.count("bob-folder") == 2
    records = gatherly.asked("log", "--user", "bob", "-c", world.file)
    assert [one["at"] for one in records] == sorted(one["at"] for one in records)
    assert {"session.asked", "session.booked", "session.cancelled", "connector.state", "copy.removed"} <= {
        one["event"] for one in records
    }
    assert "Roadmap" not in json.dumps(records)
    assert "Nothing has happened." in gatherly("log", "--since", "1m", "-c", world.file).stdout


def test_when_an_event_was_set_aside_and_when_it_no_longer_was_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    world, gatherly = FolderWorld(tmp_path, PEOPLE, "2026-11-12T10:00:00Z"), Line(capsys)
    good = event("odd", "2026-11-17T10:00:00Z", "2026-11-17T11:00:00Z", "Dinner with Eve")
    odd = good.replace("DTSTART:20261117T100000Z", "DTSTART:Dinner")
    for text in (good, odd, odd + "\r\n", good):
        (world.folder("alice") / "odd.ics").write_text(text, newline="")
        world.run_once()
        world.pass_time(3600)
    began, ended = gatherly.asked("log", "--connector", "alice-folder", "-c", world.file)
    assert (began["event"], began["at"]) == ("connector.set_aside", "2026-11-12T11:00:00Z")
    assert (ended["event"], ended["at"]) == ("connector.freed", "2026-11-12T13:00:00Z")
    assert began["events"] == ended["events"]
    (id_,) = began["events"]
    lines = gatherly("log", "--connector", "alice-folder", "-c", world.file).stdout.splitlines()
    assert [line[10:] for line in lines[1:]] == [
        f"1 event of alice-folder ({id_}) cannot be understood, and is set aside; "
        f"gatherly quarantine show {id_} says why",
        f"1 event of alice-folder ({id_}) is set aside no longer",
    ]
    assert "Dinner" not in json.dumps([began, ended])


def test_of_many_events_that_are_set_aside_at_once_one_line_tells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, gatherly = FolderWorld(tmp_path, PEOPLE, "2026-11-12T10:00:00Z"), Line(capsys)
    files = [world.folder("alice") / f"{number}.ics" for number in range(12)]
    for file in files:
        bad = event(file.stem, "2026-11-17T10:00:00Z", "2026-11-17T11:00:00Z")
        file.write_text(bad.replace("DTSTART:20261117T100000Z", "DTSTART:x"), newline="")
    world.run_once()
    for file in files:
        good = event(file.stem, "2026-11-17T10:00:00Z", "2026-11-17T11:00:00Z")
        file.write_text(good, newline="")
    world.pass_time(3600)
    world.run_once()
    began, ended = gatherly.asked("log", "--connector", "alice-folder", "-c", world.file)
    assert (began["count"], len(began["events"]), ended["count"]) == (12, 10, 12)
    assert " and 2 more) " in gatherly("log", "--connector", "alice-folder", "-c", world.file).stdout


def test_an_event_that_is_read_anew_by_hand_is_told_as_freed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, gatherly = FolderWorld(tmp_path, PEOPLE, "2026-11-12T10:00:00Z"), Line(capsys)
    bad = event("odd", "2026-11-17T10:00:00Z", "2026-11-17T11:00:00Z").replace("DTSTART:", "DTSTART:x")
    (world.folder("alice") / "odd.ics").write_text(bad, newline="")
    world.run_once()
    (entry,) = gatherly.asked("quarantine", "list", "-c", world.file)
    gatherly("quarantine", "retry", entry["id"], "-c", world.file)
    (told,) = gatherly.asked("log", "--connector", "alice-folder", "-c", world.file)
    assert told["events"] == [entry["id"]], "it still cannot be read, and is told of once"


@pytest.mark.parametrize("words", [("--session", "nope"), ("--user", "eve"), ("--connector", "nope")])
def test_what_is_unknown_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, str]
) -> None:
    made = FolderWorld(tmp_path, PEOPLE, "2026-11-12T10:00:00Z")
    done = Line(capsys)("log", *words, "-c", made.file)
    assert (done.returncode, done.stdout) == (1, "")
    assert words[1] in done.stderr


@pytest.mark.parametrize(
    ("event", "about", "details", "said"),
    [
        ("daemon.reload", "daemon", {"refused": None}, "The daemon works with its files as they are now"),
        (
            "daemon.reload",
            "daemon",
            {"refused": "gatherly.toml:3: sync.every: {x} is no length of time"},
            "The daemon did not take its files, and goes on with the older ones: "
            "gatherly.toml:3: sync.every: {x} is no length of time",
        ),
        ("user.created", "user", {}, "ann became a user"),
        ("user.settings", "user", {"set": ["notify", "zone"]}, "ann has other settings: notify, zone"),
        ("view", "availability", {"from": "x", "to": "y"}, "bob looked at when ann is free"),
        (
            "profile.forget",
            "profile",
            {"forgotten": "everything"},
            "bob had what was learned of ann forgotten: everything",
        ),
        ("store.seeded", "store", {}, "The store was filled with examples"),
        ("export", "user", {}, "Everything of ann was handed out"),
        ("delete", "user", {}, "ann was forgotten"),
        ("view", "contact", {}, "bob looked at the contact ann"),
        ("export", "contact", {}, "bob had their contacts exported"),
        ("create", "interest", {}, "bob entered the interest ann"),
        ("update", "memory", {}, "bob changed the memory ann"),
        ("delete", "contact", {}, "bob removed the contact ann"),
        ("event.unheard", "thing", {"name": "no", "event": "no"}, "ann: event.unheard"),
    ],
)
def test_whatever_else_happens_is_a_sentence(
    event: str, about: str, details: dict[str, object], said: str
) -> None:
    record = LogRecord(at=0, event=event, about=about, name="ann", user=UserId("bob"), details=details)
    assert Sentences(Audience(Reader("UTC", 0), {})).said(record, {}) == said


def test_whose_log_is_asked_for_may_be_forgotten_meanwhile(
    world: FolderWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    with world.services() as services:
        access = services.access

        def forget() -> None:
            access.custody.erase(UserId("bob"), access.clock.now())

        busy = replace(access, store=BusyStore(access.store, forget))  # type: ignore[type-var] # a StoreAccess
        log.tell(busy, user="bob")
        assert "Bob" in capsys.readouterr().out
        with pytest.raises(UnknownThingError):
            log.tell(busy, user="bob")
