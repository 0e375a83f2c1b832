"""Each kind of notice by real SMTP, to a relay that says not now, says no, or drops the line."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from engine.ids import SessionId, UserId
from engine.model.booking import OutboxEntry, OutboxState
from engine.model.notices import OF_CONTACTS, TO_OUTSIDE, NoticeKind
from engine.model.relations import Contact
from engine.notices.session_notices import WHAT, notice
from engine.time.instant import parse_instant
from engine.time.span import HOUR, MINUTE, Instant
from tests.daemon.notices.test_relay import DYING
from tests.standins.mailserver import YES, Mailroom
from tests.worlds.folder_world import Somebody
from tests.worlds.notice_world import NoticeWorld, noticing

PEOPLE = (
    Somebody(name="patient", zone="America/Los_Angeles"),
    Somebody(name="refused", zone="Europe/Berlin"),
    Somebody(name="dropped", zone="Asia/Tokyo"),
    Somebody(name="daily", extra='digest = "hourly"'),
)
ALONE = frozenset({NoticeKind.DIGEST, NoticeKind.EVENT_CHANGED, *TO_OUTSIDE})
"""Kinds that are made of others, or told of events of our own (`tests.daemon.family`), or to people who are
no users (`tests.daemon.outside`)."""
KINDS = tuple(kind for kind in NoticeKind if kind not in ALONE)


class Moody(Mailroom):
    """Says 451 once to `patient` and `daily` for everything, 550 to `refused`, and drops a line."""

    def __init__(self) -> None:
        super().__init__()
        self.tried: list[tuple[str, str]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        who = envelope.rcpt_tos[0].partition("@")[0]
        name = next(line for line in content.decode().splitlines() if line.startswith("Message-ID"))
        first = (who, name) not in self.tried
        self.tried.append((who, name))
        if who == "refused":
            return "550 5.1.1 no such person here"
        if who in ("patient", "daily") and first:
            return "451 4.3.0 try again later"
        self.letters.append(content)
        self.recipients += envelope.rcpt_tos
        if who == "dropped" and first and server.transport is not None:
            server.transport.close()
        return YES


def entries(world: NoticeWorld, pending: SessionId, booked: SessionId, who: str) -> Iterator[OutboxEntry]:
    """Give what tells one person everything there is to tell."""
    slot = world.view(booked)["finalTime"]
    start, end = parse_instant(slot["start"]), parse_instant(slot["end"])
    span = {"start": start, "end": end, "was": start - HOUR, "epoch": 1}
    asking = {"round": 0, "epoch": 0, "expires": parse_instant(world.view(pending)["expiresAt"])}
    details: Mapping[NoticeKind, Mapping[str, Any]] = {
        NoticeKind.PROPOSED: asking,
        NoticeKind.EXPIRING: asking,
        NoticeKind.NOT_BOOKED: {**asking, "why": "a calendar said no"},
        NoticeKind.ANSWERED: {"by": "dropped", "answer": "wished", "words": "rather on Friday"},
        NoticeKind.CONFLICT: {**span, "by": "refused", "to": [start + HOUR, end + HOUR]},
        NoticeKind.REOPENED: {**span, "why": "declined", "no": ["refused"]},
        NoticeKind.STUCK: {"calendars": "dropped-folder"},
        NoticeKind.LOST: {"owner": who, "connector": f"{who}-folder", "error": "it does not answer"},
        NoticeKind.RESTORED: {"owner": who, "connector": f"{who}-folder"},
    }
    of_pending = (NoticeKind.PROPOSED, NoticeKind.EXPIRING, NoticeKind.NOT_BOOKED, NoticeKind.FAILED)
    for kind in KINDS:
        session = pending if kind in of_pending else booked
        about = details.get(kind, span)
        entry = notice(kind, session, UserId(who), world.clock.at, about, "every kind", kind)
        of_contact = {"user": who, WHAT: str(kind), "contact": ana(who, world.clock.at).id}
        yield replace(entry, payload=of_contact) if kind in OF_CONTACTS else entry


def ana(who: str, now: Instant) -> Contact:
    """Give somebody whom a person knows."""
    name = UserId(who)
    return Contact(id=f"ana-{who}", user_id=name, full_name="Ana Lima", created_at=now, updated_at=now)


def told(world: NoticeWorld, *people: str) -> None:
    """Tell people everything; what is true of two sessions of theirs."""
    booked = world.create("patient", "refused", "dropped", "daily", title="Osprey")
    world.run_once()
    world.accept(booked)
    world.run_once()
    pending = world.create("patient", "refused", "dropped", "daily", title="Falcon")
    world.run_once()
    world.room.letters.clear()
    world.room.recipients.clear()
    to_tell = [tuple(entries(world, pending, booked, who)) for who in people]
    with world.services() as services, services.store.writing() as tx:
        for who, each in zip(people, to_tell, strict=True):
            tx.repositories.contacts.put(ana(who, world.clock.at))
            tx.outbox.add(each)


@pytest.mark.long
@pytest.mark.upload
def test_each_kind_is_told_as_promised_whatever_the_relay_says(tmp_path: Path) -> None:
    room = Moody()
    with noticing(tmp_path, *PEOPLE, room=room) as world, world.standing():
        told(world, "patient", "refused", "dropped", "daily")
        world.run_once()
        world.pass_time(30)
        world.run_once()
        world.pass_time(HOUR)
        world.run_once()
        world.pass_time(30)
        world.run_once()

        sent = [(str(one["To"]), one["X-Gatherly-Kind"], one["Message-ID"]) for one in world.letters()]
        every = {str(kind) for kind in KINDS}
        for kind in sorted(every):
            patient = [name for to, what, name in sent if "<patient@" in to and what == kind]
            assert len(set(patient)) == len(patient) >= 1, kind
            dropped = [name for to, what, name in sent if "<dropped@" in to and what == kind]
            assert max(map(dropped.count, dropped)) == 2, kind
        assert not [to for to, _, _ in sent if "<refused@" in to]
        assert [what for to, what, _ in sent if "<daily@" in to].count("digest") == 1
        with world.services() as services, services.store.reading() as tx:
            stuck = tx.repositories.dispatches.stuck()
            named = [tx.repositories.notifications.get(one.subject) for one in stuck]
        assert {one.state for one in stuck} == {OutboxState.FAILED}
        assert {one.user_id for one in stuck} == {"refused"}
        assert all("550 5.1.1" in (one.last_error or "") for one in stuck)
        assert {str(one.notification_type) for one in named if one is not None} >= every
        assert max(room.tried.count(one) for one in room.tried if one[0] == "refused") == 1
        assert max(map(room.tried.count, room.tried)) == 2


@pytest.mark.long
@pytest.mark.parametrize(("when", "copies"), [("before", 1), ("after", 2)])
@pytest.mark.parametrize("kind", KINDS)
def test_a_kill_between_our_commit_and_the_send_of_each_kind_tells_it_as_promised(
    kind: NoticeKind, when: str, copies: int, tmp_path: Path
) -> None:
    with noticing(tmp_path, *PEOPLE) as world:
        told(world, "patient")
        command = [sys.executable, "-c", DYING, str(world.file), when, str(world.clock.at), str(kind)]
        died = subprocess.run(
            command, cwd=Path(__file__).parents[3], env={**os.environ}, capture_output=True, check=False
        )
        assert died.returncode == -signal.SIGKILL, died.stderr.decode()[-500:]
        world.pass_time(31)
        world.run_once()
        world.pass_time(10 * MINUTE)
        world.run_once()
        mine = world.letters("patient", str(kind))
        ids = [one["Message-ID"] for one in mine]
        again = [name for name in set(ids) if ids.count(name) > 1]
        assert len(again) == copies - 1
        assert len(ids) - len(again) == len(set(ids)) >= 1
