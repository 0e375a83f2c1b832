"""A clock that is set while a booking is under way ends no wait: only time that passed counts."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from daemon.app.examine import check
from daemon.booking.worker import BookJob
from daemon.runtime.clock import StoreClock
from daemon.runtime.jumps import Jumps
from engine.booking.last_look import FreshCheck
from engine.booking.timing import QUARANTINE, VERIFY_DEADLINE
from engine.booking.view import booking_view
from engine.ids import SessionId, UserId
from engine.model.booking import AuditEntry, BookingState
from engine.sessions import state_machine
from engine.time.span import DAY, HOUR, MINUTE, Instant
from tests.doubles.provider.faults import Fault, Operation
from tests.worlds.book_world import SimClock, World, slot
from tests.worlds.conversation import besides_what_was_done

BOB = UserId("bob")
AWAY = [Fault.UNAVAILABLE] * 5000
S = BookingState
FORWARD = (11, 5 * MINUTE, HOUR, DAY, 30 * DAY)
BACK = (-HOUR, -DAY, -30 * DAY)


class SetClock(SimClock):
    """A machine's clock that somebody sets; only waiting moves the monotonic one, too."""

    def __init__(self) -> None:
        super().__init__()
        self.up = 0.0

    def monotonic(self) -> float:
        return self.up

    def set(self, by: int) -> None:
        self.at += by

    def wait(self, seconds: float) -> bool:
        self.at += int(seconds)
        self.up += seconds
        return False


class Town(World):
    """A world whose daemon goes by a machine's clock."""

    machine: SetClock

    def __init__(self) -> None:
        self.machine = SetClock()
        self.report: list[str] = []
        super().__init__(clock=self.machine)
        self.start()
        self.propose(slot(45 * 24), slot(46 * 24))

    def start(self) -> None:
        """Begin a daemon on what the store knows."""
        self.jumps = Jumps(self.store, self.report.append)
        clock = StoreClock(lambda: None, self.machine, self.jumps.note)
        self.jumps.begin(clock.now())
        self.deps = replace(
            self.deps, clock=clock, store_time=clock.now, skipped=self.jumps.skipped, fresh_busy=self.looked
        )
        self.job = BookJob(self.deps)

    unknown: tuple[str, ...] = ()

    def looked(self, *_: object) -> FreshCheck:
        return FreshCheck(unknown=self.unknown)

    def live(self, seconds: int, step: int = 5) -> BookingState:
        """Let the daemon tick for so long."""
        for _ in range(0, seconds, step):
            self.tick()
            self.machine.wait(step)
        return self.booking().state

    def tick(self) -> None:
        self.deps.clock.now()
        self.jumps.write_down()
        self.run()

    def said(self) -> list[str]:
        with self.store.reading() as tx:
            said = tx.messages.of(self.booking().session)
        return besides_what_was_done(each.content for each in said if each.role == "system")

    def away(self, operation: Operation) -> None:
        self.desks[BOB].faults.then(operation, *AWAY)

    def back(self) -> None:
        self.desks[BOB].faults.paused = True

    def call_off(self) -> None:
        self.command(lambda session: state_machine.cancel(session, now=self.clock.now()))


def writing() -> Town:
    town = Town()
    town.accept()
    town.away(Operation.WRITE)
    assert town.live(MINUTE) is S.WRITING
    return town


def verifying() -> Town:
    town = Town()
    town.accept()
    town.away(Operation.READ)
    assert town.live(MINUTE) is S.VERIFYING
    return town


def unknown() -> Town:
    town = Town()
    town.unknown = ("bob (away)",)
    town.accept()
    assert town.live(MINUTE) is S.HELD
    return town


def undoing() -> Town:
    town = Town()
    town.accept()
    assert town.live(MINUTE) is S.CONFIRMED
    town.away(Operation.WITHDRAW)
    town.call_off()
    assert town.live(MINUTE) is S.UNDOING
    return town


@pytest.mark.parametrize("by", FORWARD)
@pytest.mark.parametrize("begun", [writing, verifying, unknown])
def test_a_booking_under_way_goes_on_after_the_clock_was_set_forward(
    begun: Callable[[], Town], by: int
) -> None:
    town = begun()
    state, epoch = town.booking().state, town.booking().epoch
    town.machine.set(by)
    town.tick()
    assert town.booking().state is state
    assert town.said() == []
    town.back()
    town.unknown = ()
    assert town.live(5 * MINUTE) is S.CONFIRMED
    assert (town.booking().epoch, town.said()) == (max(epoch, 1), [])
    assert check(town.deps) == []


@pytest.mark.parametrize("by", FORWARD)
def test_an_undo_is_not_called_stuck_for_a_clock_that_was_set(by: int) -> None:
    town = undoing()
    town.machine.set(by)
    town.tick()
    assert (town.booking().state, town.said()) == (S.UNDOING, [])
    town.back()
    assert town.live(5 * MINUTE) is S.CANCELLED


@pytest.mark.parametrize("by", FORWARD)
def test_a_quarantine_is_not_cut_short(by: int) -> None:
    town = undoing()
    town.back()
    while town.booking().state is not S.QUARANTINE:
        town.live(5)
    town.machine.set(by)
    assert town.live(QUARANTINE - 10) is S.QUARANTINE
    assert town.live(3 * MINUTE) is S.CANCELLED


@pytest.mark.parametrize("by", [*FORWARD, *BACK])
def test_a_limit_holds_by_the_time_that_passes_after_the_clock_was_set(by: int) -> None:
    town = writing()
    town.machine.set(by)
    assert town.live(8 * MINUTE) is S.WRITING
    assert town.live(12 * MINUTE) is S.PROPOSED
    assert len(town.said()) == 1


@pytest.mark.parametrize("jumps", [(HOUR, DAY), (DAY, -DAY), (-HOUR, HOUR), (30 * DAY, -30 * DAY, HOUR)])
def test_several_jumps_are_all_left_out(jumps: tuple[int, ...]) -> None:
    town = writing()
    for by in jumps:
        town.machine.set(by)
        assert town.live(30) is S.WRITING
    town.back()
    assert town.live(5 * MINUTE) is S.CONFIRMED
    assert town.said() == []


@pytest.mark.parametrize("ahead", [HOUR, DAY, 30 * DAY])
def test_an_undo_goes_on_after_a_clock_set_ahead_was_righted(ahead: int) -> None:
    town = undoing()
    for by in (ahead, -ahead):
        town.machine.set(by)
        assert town.live(30) is S.UNDOING
    town.back()
    assert town.live(5 * MINUTE) is S.CANCELLED


@pytest.mark.parametrize("by", [-2 * MINUTE, *BACK])
def test_a_quarantine_lasts_as_long_when_the_clock_is_set_back(by: int) -> None:
    town = undoing()
    town.back()
    while town.booking().state is not S.QUARANTINE:
        town.live(5)
    town.machine.set(by)
    assert town.live(QUARANTINE - 10) is S.QUARANTINE
    assert town.live(2 * MINUTE) is S.CANCELLED


def test_a_state_that_was_entered_in_a_time_that_was_taken_back_has_its_limit() -> None:
    """Set a day ahead by mistake and righted: that day comes for good, and counts."""
    town = Town()
    town.machine.set(DAY)
    town.tick()
    town.machine.set(-DAY)
    town.tick()
    assert town.jumps.skipped() == ()
    town.accept()
    town.away(Operation.READ)
    town.live(VERIFY_DEADLINE + 10 * MINUTE, step=30)
    assert town.booking().state is S.STUCK


def test_a_jump_during_a_write_is_left_out() -> None:
    town = Town()
    town.desks[BOB].connector.stall = lambda: town.machine.set(DAY)
    town.accept()
    town.desks[BOB].faults.then(Operation.WRITE, Fault.STALL)
    assert town.live(2 * MINUTE) is S.CONFIRMED
    assert town.said() == []
    assert town.copies() == {"ann": 1, "bob": 1, "cy": 1}


@pytest.mark.parametrize("by", [HOUR, DAY, 30 * DAY])
def test_a_daemon_that_is_started_anew_knows_of_a_jump(by: int) -> None:
    town = writing()
    town.machine.set(by)
    town.tick()
    town.start()
    assert town.live(2 * MINUTE) is S.WRITING
    town.back()
    assert town.live(5 * MINUTE) is S.CONFIRMED


def test_a_jump_while_no_daemon_runs_is_waiting_like_any_other() -> None:
    """It cannot be told from a machine that was off: somebody waited for that long."""
    town = writing()
    town.machine.set(HOUR)
    town.start()
    town.tick()
    assert town.booking().state is S.QUARANTINE
    assert "could not be booked" in town.said()[0]


def test_a_machine_that_sleeps_without_a_jump_waits() -> None:
    town = writing()
    town.machine.wait(HOUR)
    town.tick()
    assert town.booking().state is S.QUARANTINE
    assert town.jumps.skipped() == ()


def test_a_jump_is_said_logged_and_shown_in_what_is_waited_for() -> None:
    town = writing()
    began: Instant = town.booking().since
    due = town.machine.now()
    town.machine.set(HOUR)
    town.tick()
    town.tick()
    assert town.report == [
        "the clock was set forward, from 2027-01-15T12:01:00Z to 2027-01-15T13:01:00Z; "
        "nothing waits longer or shorter for it"
    ]
    with town.store.reading() as tx:
        (row,) = tx.audit.listed("clock")
        shown = booking_view(town.booking(), town.effects(), town.jumps.skipped())
    assert (row.action, row.details) == ("clock.set", {"due": due, "shown": due + HOUR})
    assert (began, shown["waitsFor"][-28:]) == (town.booking().since, ", until 2027-01-15T13:10:00Z")
    assert check(town.deps) == []


class Server:
    """A store's own clock."""

    at: int = 5_000
    takes = 0

    def __init__(self, machine: SetClock) -> None:
        self._machine = machine

    def time(self) -> int:
        self._machine.wait(self.takes)
        return self.at + int(self._machine.up)


@pytest.mark.parametrize("by", [*FORWARD, *BACK])
def test_two_daemons_note_the_same_jump_of_their_server_as_one(by: int) -> None:
    town = Town()
    machine = SetClock()
    server = Server(machine)
    here, there = (Jumps(town.store, print) for _ in range(2))
    one = StoreClock(server.time, machine, here.note)
    one.now()
    machine.wait(5)
    two = StoreClock(server.time, machine, there.note)
    two.now()
    server.at += by
    for _ in range(20):
        machine.wait(1)
        assert abs(one.now() - two.now()) in (0, abs(by))
    assert one.now() == two.now()
    here.write_down()
    there.write_down()
    left_out = sum(span.seconds for span in Jumps(town.store, print).skipped())
    assert max(by, 0) <= left_out <= max(by, 0) + (10 if by > 0 else 0)


def test_the_machine_s_clock_is_nothing_to_a_store_with_its_own() -> None:
    machine, noted = SetClock(), list[object]()
    clock = StoreClock(Server(machine).time, machine, noted.append)
    clock.now()
    for by in (HOUR, -DAY, 30 * DAY):
        machine.set(by)
        machine.wait(15)
        clock.now()
    assert noted == []


def test_a_server_that_is_slow_to_answer_was_not_set() -> None:
    machine, noted = SetClock(), list[object]()
    server = Server(machine)
    clock = StoreClock(server.time, machine, noted.append)
    for takes in (0, 20, 0, 15, 15, 0):
        server.takes = takes
        machine.wait(11)
        clock.now()
    assert noted == []


def test_a_clock_that_drifts_was_not_set() -> None:
    machine, noted = SetClock(), list[object]()
    clock = StoreClock(lambda: None, machine, noted.append)
    for _ in range(100):
        machine.wait(60)
        machine.set(1)
        clock.now()
    assert noted == []


@pytest.mark.parametrize("lasted", [MINUTE, 20 * MINUTE, 2 * HOUR, 10 * HOUR])
def test_retries_go_on_when_the_clock_was_set_back_while_no_daemon_ran(lasted: int) -> None:
    town = undoing()
    town.live(lasted, step=30)
    town.machine.set(-(lasted + 2 * HOUR))
    town.start()
    town.back()
    assert town.live(8 * MINUTE) is S.CANCELLED


@pytest.mark.parametrize("by", BACK)
def test_a_clock_set_back_while_no_daemon_ran_is_seen_by_the_next_one(by: int) -> None:
    """Whoever saw it may have been killed: what the log's last line shows is enough, no booking is needed."""
    town = Town()
    with town.store.writing() as tx:
        tx.audit.add(
            AuditEntry(at=town.machine.at, actor="gatherly", action="held", object_type="x", object_id="y")
        )
        tx.wakes.add([SessionId("other")], town.machine.at)
    town.machine.set(by)
    town.start()
    town.live(30)
    with town.store.reading() as tx:
        assert SessionId("other") in tx.wakes.due(town.machine.at)


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("by", BACK)
def test_who_is_to_be_woken_is_woken_although_the_clock_was_set_back(by: int, restarted: bool) -> None:
    town = undoing()
    later = SessionId("later")
    with town.store.writing() as tx:
        tx.wakes.add([SessionId("other")], town.machine.at)
        tx.wakes.add([later], town.machine.at + 40 * DAY)
    town.machine.set(by)
    if restarted:
        town.start()
    town.live(30)
    with town.store.reading() as tx:
        due = tx.wakes.due(town.machine.at)
    assert SessionId("other") in due
    assert later not in due


@pytest.mark.parametrize("by", BACK)
@pytest.mark.parametrize("lost", [Fault.DROP_AFTER, Fault.ERROR_AFTER, Fault.UNAVAILABLE])
def test_a_clock_set_back_while_a_copy_is_written_holds_up_none_that_were_written_before(
    lost: Fault, by: int
) -> None:
    """Whoever saw it was killed: nobody has told of it, and the booking goes on by what it knows itself."""
    world = World(people=("ann", "bob", "cy", "dan"))
    world.propose()
    world.accept()
    steps = iter((0, by))

    def stall() -> None:
        world.clock.at += next(steps, 0)

    for desk in world.desks.values():
        desk.connector.stall = stall
        desk.faults.then(Operation.WRITE, *([lost] if desk.user == BOB else [Fault.STALL]))
    before = world.clock.at
    assert world.settle(QUARANTINE + MINUTE) is S.CONFIRMED
    assert world.clock.at < before
    booking = world.booking()
    moments = [booking.since, *(booking.entered or {}).values(), *(each.at or 0 for each in world.effects())]
    assert max(moments) <= world.clock.at
