"""A relay that says not now, no, or nothing at all; and a daemon that dies beside it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.app.status import gather
from daemon.commands.status_words import status_words
from daemon.terminal.times import Reader
from engine.ids import UserId
from engine.model.booking import OutboxState
from engine.operations.health_document import health_document
from engine.time.span import DAY, MINUTE
from tests.standins.mailserver import Mailroom
from tests.worlds.notice_world import NoticeWorld, noticing, text_of

DYING = """
import os, sys
from pathlib import Path
from daemon.notices import dispatching, outlets
when, sent = sys.argv[2], outlets.mail
kind = (sys.argv[4:] or [""])[0]
def dying(relay, sender, parcel):
    if not str(parcel.content.kind).startswith(kind):
        return sent(relay, sender, parcel)
    if when == "after":
        sent(relay, sender, parcel)
    os.kill(os.getpid(), 9)
outlets.mail = dying
from daemon import wire
from daemon.jobs.single_pass import run_once
from tests.standins.time import Numbered, StillClock
clock = StillClock(int(sys.argv[3]))
with wire.open_daemon(Path(sys.argv[1]), clock=clock, randomness=Numbered()) as services:
    run_once(services, print)
"""
"""A daemon that dies as it hands a mail (of a kind) over: before the relay has it, or after its 250."""


def stuck(world: NoticeWorld) -> list[tuple[str | None, OutboxState, str]]:
    with world.services() as services, services.store.reading() as tx:
        return [(one.user_id, one.state, one.last_error or "") for one in tx.repositories.dispatches.stuck()]


PLACES = ("at_sender", "at_recipient", "at_data")


def test_not_now_is_tried_again_within_half_a_minute_and_told_once(tmp_path: Path) -> None:
    room = Mailroom()
    with noticing(tmp_path, room=room) as world, world.standing():
        for number, where in enumerate(PLACES):
            said = getattr(room, where)
            setattr(room, where, "451 4.3.0 try again later")
            world.create("alice", "bob")
            world.run_once()
            assert len(world.letters()) == number
            setattr(room, where, said)
            world.pass_time(30)
            world.run_once()
        world.pass_time(10 * MINUTE)
        world.run_once()
        assert world.kinds("alice") == ["proposed"] * len(PLACES)
        assert stuck(world) == []


def test_a_definite_no_is_final_and_shown(tmp_path: Path) -> None:
    room = Mailroom()
    with noticing(tmp_path, room=room) as world, world.standing():
        for where in PLACES:
            said = getattr(room, where)
            setattr(room, where, "550 5.1.1 no such person here")
            world.create("alice", "bob")
            world.run_once()
            setattr(room, where, said)
        world.pass_time(DAY)
        world.run_once()
        assert "proposed" not in world.kinds("alice")
        told = stuck(world)
        assert [(user, state) for user, state, _ in told] == [("alice", OutboxState.FAILED)] * len(PLACES)
        assert all("550 5.1.1 no such person here" in why for _, _, why in told)
        with world.services() as services, services.store.reading() as tx:
            health = gather(tx, services.configuration, world.clock.at)
        assert health_document(health)["notices"]["stuck"] == len(PLACES)
        assert "did not reach alice" in status_words(health, Reader("UTC", world.clock.at))


@pytest.mark.long
@pytest.mark.upload
def test_one_persons_no_stops_nobody_elses_mail(tmp_path: Path) -> None:
    class Choosy(Mailroom):
        async def handle_RCPT(self, *given: object) -> str:
            if str(given[3]).startswith("bob@"):
                return "550 5.1.1 no such person here"
            return await super().handle_RCPT(*given)  # type: ignore[arg-type]

    with noticing(tmp_path, room=Choosy()) as world, world.standing():
        session = world.create("alice", "bob", "dave")
        world.run_once()
        world.accept(session)
        world.run_once()
        assert [world.kinds(name) for name in ("bob", "dave")] == [[], ["booked"]]
        names = [str(one["Message-ID"]) for one in world.letters()]
        assert len(names) == len(set(names)) == 3
        assert [user for user, _, _ in stuck(world)] == ["bob"]


def test_a_line_that_drops_after_the_letter_repeats_it_under_the_same_id(tmp_path: Path) -> None:
    room = Mailroom()
    room.drop_line = True
    with noticing(tmp_path, room=room) as world, world.standing():
        world.create("alice", "bob")
        world.run_once()
        room.drop_line = False
        world.pass_time(30)
        world.run_once()
        world.pass_time(DAY)
        letters = world.letters("alice", "proposed")
        assert len(letters) == 2
        assert len({str(one["Message-ID"]) for one in letters}) == 1
        assert len({text_of(one) for one in letters}) == 1


@pytest.mark.long
@pytest.mark.upload
def test_a_relay_that_is_away_is_waited_for_and_then_given_up(tmp_path: Path) -> None:
    with noticing(tmp_path) as world, world.standing():
        world.room.at_data = "421 4.3.2 shutting down"
        world.create("alice", "bob")
        world.run_once()
        for _ in range(4):
            world.pass_time(DAY)
            world.run_once()
        assert world.letters("alice", "proposed") == []
        assert "alice" in [user for user, _, _ in stuck(world)]


@pytest.mark.parametrize(
    ("when", "copies"),
    [pytest.param("before", 1, marks=[pytest.mark.long, pytest.mark.upload]), ("after", 2)],
)
def test_a_kill_between_our_commit_and_the_relays_yes_or_ours_tells_it_as_promised(
    when: str, copies: int, tmp_path: Path
) -> None:
    with noticing(tmp_path) as world:
        world.create("alice", "bob")
        command = [sys.executable, "-c", DYING, str(world.file), when, str(world.clock.at)]
        died = subprocess.run(
            command, cwd=Path(__file__).parents[3], env={**os.environ}, capture_output=True, check=False
        )
        assert died.returncode == -signal.SIGKILL, died.stderr.decode()[-500:]
        assert len(world.letters("alice", "proposed")) == copies - 1
        world.pass_time(31)
        world.run_once()
        world.pass_time(DAY)
        letters = world.letters("alice", "proposed")
        assert len(letters) == copies
        assert len({str(one["Message-ID"]) for one in letters}) == 1


def test_a_configuration_without_a_relay_mails_nobody_and_keeps_what_is_told(tmp_path: Path) -> None:
    with noticing(tmp_path) as world:
        text = world.file.read_text()
        world.file.write_text(text[text.index("[api]") :])
        world.create("alice", "bob")
        world.run_once()
        assert world.letters() == []
        with world.services() as services, services.store.reading() as tx:
            kept = tx.repositories.notifications.of_user(UserId("alice"))
        assert [one.notification_type for one in kept] == ["proposed"]
