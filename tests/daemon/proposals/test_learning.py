"""What the daemon shows is written down, learned from, and ranks the next proposals."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from operator import is_
from pathlib import Path

import pytest

from daemon.app.access import Access
from daemon.app.learning.overview import learning_document
from daemon.app.learning.profiles import forget, profile_document, rebuild
from daemon.app.learning.training import training_rows
from daemon.app.principal import OPERATOR
from daemon.proposals.learn import GROWN, LearnJob, everybody, silent_people, teaching
from daemon.proposals.learning_log import LearningLog, read_on
from engine.documents.learned_models import model_document
from engine.ids import SessionId, UserId
from engine.learning.buckets import key_named
from engine.learning.features import Feature
from engine.learning.installation import model_so_far
from engine.learning.lessons import Lesson
from engine.learning.policy import Policy
from engine.model.history import SchedulingEvent
from engine.model.learning import CONFIDENCE, EVALUATION, HABITS, MODEL, LearningNote, shown_id
from engine.ports.store import Store
from engine.sessions.session_options import SessionOptions
from engine.time.instant import parse_instant
from tests.standins.busy_store import BusyStore
from tests.work import work_of
from tests.worlds.folder_world import FolderWorld, Somebody

HOURS = ("09:00", "17:00")
ALICE, BOB, CAROL = UserId("alice"), UserId("bob"), UserId("carol")
LEARNING = '[sync]\nhorizon = "60d"\n[learning]\nfit_every = "1s"\nexplore = 0.05\n'
WEEK = 7 * 86400


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FolderWorld]:
    people = [
        Somebody(name="alice", hours=HOURS),
        Somebody(name="bob", hours=HOURS),
        Somebody(name="carol", hours=HOURS, extra="learn = false"),
    ]
    made = FolderWorld(root=tmp_path, people=people, now="2025-11-16T12:00:00Z", settings=LEARNING)
    with made.standing():
        yield made


def rows(world: FolderWorld) -> list[SchedulingEvent]:
    with world.services() as services, services.store.reading() as tx:
        return list(tx.repositories.analytics.newest(100))


def kept(store: Store, id_: str = MODEL) -> LearningNote:
    with store.reading() as tx:
        note = tx.repositories.learning.get(id_)
    assert note is not None
    return note


def settled(world: FolderWorld, host: str, guest: str, *, take: bool = True, **wishes: str) -> SessionId:
    """Let one session be proposed, and taken or rejected and called off; then a second goes by."""
    session = world.create(host, guest, **wishes)
    world.run_once()
    with world.services() as services:
        if take:
            services.desk.accept(session, 1)
        else:
            services.desk.reject(session)
            services.desk.cancel(session, "not now")
    world.pass_time(2)
    world.run_once()
    return session


def test_what_was_shown_is_written_down_with_what_came_of_it(world: FolderWorld) -> None:
    session = settled(world, "alice", "bob")
    (row,) = rows(world)
    (shown,) = row.shown
    assert shown["policy"] == "fixed"
    assert shown["propensity"] == 1.0
    assert [slot["start"] for slot in shown["slots"]] == shown["candidates"]
    assert all({"score", "confidence", "features"} <= set(slot) for slot in shown["slots"])
    features = shown["slots"][0]["features"]["bob"]
    assert features["weekday"] == "monday"
    assert (features["gap"], features["edge"], features["load"]) == ("wide", "only", "0")
    assert shown["inviteeIds"] == ["bob"]
    assert len(shown["hash"]) == 64
    assert shown["latency"] >= 0
    with world.services() as services, services.store.reading() as tx:
        assert tx.repositories.learning.get(shown_id(session)) is None


def test_answers_rank_the_next_proposals_and_say_so_discreetly(world: FolderWorld) -> None:
    for _ in range(2):
        settled(world, "alice", "bob", between="14:00-14:30", within="14d")
        settled(world, "alice", "bob", take=False, between="09:00-10:00", within="14d")
        world.pass_time(WEEK)
    session = world.create("alice", "bob")
    world.run_once()
    with world.services() as services, services.store.reading() as tx:
        found = tx.sessions.get(session)
        note = tx.repositories.learning.get(shown_id(session))
    assert found is not None
    assert note is not None
    told = [one for slot in found.proposed_times for one in slot.reasons if one.code.startswith("learned_")]
    assert told
    assert {one.code for one in told} == {HABITS}
    assert all(
        len({one.user for one in slot.reasons if one.code == HABITS})
        == sum(one.code == HABITS for one in slot.reasons)
        for slot in found.proposed_times
    )
    assert all(sum(one.points for one in slot.reasons) == slot.score for slot in found.proposed_times)
    assert {one.text for one in told} <= {
        text
        for name in ("alice", "bob")
        for text in (f"it suits {name}'s habits", f"it does not suit {name}'s habits")
    }
    (shown,) = note.document["lists"]
    assert shown["policy"] == "auto"
    assert 0 < shown["propensity"] < 1
    assert len(shown["candidates"]) > len(shown["slots"]) == 3


def test_what_lies_around_a_time_is_written_down_and_learned(world: FolderWorld) -> None:
    for day in ("17", "18", "19", "20", "21", "24", "25", "26"):
        world.busy("bob", (f"2025-11-{day}T12:00:00Z", f"2025-11-{day}T13:00:00Z"))
    world.run_once()
    settled(world, "alice", "bob", between="13:00-13:30", within="14d")
    settled(world, "alice", "bob", take=False, between="09:00-10:00", within="14d")
    with world.services() as services:
        told = {
            (one["feature"], one["bucket"]): one["points"]
            for one in profile_document(services.access, BOB)["points"]
        }
    assert told["load", "0"] > 0 > told["load", "few"], "what was taken lay on a day without other events"
    assert told["edge", "only"] > 0 > told["edge", "first"]
    assert told["gap", "wide"] > told["gap", "none"]
    session = world.create("alice", "bob")
    world.run_once()
    with world.services() as services, services.store.reading() as tx:
        found = tx.sessions.get(session)
    assert found is not None
    with world.services() as services:
        view = services.desk.view(session)
    words = " ".join(one["text"] for slot in view["proposedTimes"] for one in slot["reasons"])
    assert "times on a day without other events" in words


def test_a_fresh_session_is_ranked_without_habits(world: FolderWorld) -> None:
    for _ in range(2):
        settled(world, "alice", "bob", between="14:00-14:30", within="14d")
    with world.services() as services:
        options = SessionOptions(host="alice", invitees=("bob",), title="New", duration="30m", fresh=True)
        session = services.desk.create(options).id
    world.run_once()
    with world.services() as services, services.store.reading() as tx:
        found = tx.sessions.get(session)
    assert found is not None
    assert found.proposed_times
    codes = {one.code for slot in found.proposed_times for one in slot.reasons}
    assert not any(code.startswith("learned_") for code in codes)


def test_profiles_forgetting_and_training_data(world: FolderWorld) -> None:
    settled(world, "alice", "bob", between="14:00-14:30")
    settled(world, "alice", "bob", take=False, between="09:00-10:00")
    settled(world, "carol", "alice", between="12:00-13:00")
    with world.services() as services:
        document = profile_document(services.access, ALICE)
        assert document["policy"] == "points"
        worth = {one["bucket"]: one["points"] for one in document["points"] if one["feature"] == "hour"}
        assert worth["14"] > 0 > worth["09"]
        assert any(one["text"].startswith("alice took ") for one in document["points"])
        assert profile_document(services.access, CAROL)["points"] == []
        assert profile_document(services.access, CAROL)["profile"]["sampleSize"] == 0
        before = learning_document(services.access)
        assert before["people"]["alice"]["policy"] == "points"
        assert len(before["calibration"]) == 10
        exported = training_rows(services.access, people=None, everybody=True, identified=False).rows
        assert {"propensity", "outcome"} <= set(exported[0])
        assert all(parse_instant(row["start"]) > parse_instant(row["asked"]) for row in exported)
        assert {row["start_kind"] for row in exported} == {"hour"}
        assert not any("alice" in str(row) or "carol" in str(row) for row in exported)
        assert training_rows(services.access, people=None, everybody=False, identified=False) == ([], 1)
        with services.store.reading() as tx:
            stored = tx.repositories.learning.get(MODEL)
        assert stored is not None
        assert model_document(rebuild(services.access)) == stored.document

        forget(services.access, OPERATOR, ALICE, key_named("hour:9"))
        keys = {(one["feature"], one["bucket"]) for one in profile_document(services.access, ALICE)["points"]}
        assert (Feature.HOUR, "09") not in keys
        assert (Feature.HOUR, "14") in keys

        forget(services.access, OPERATOR, BOB, None)
        assert profile_document(services.access, BOB)["points"] == []
        assert profile_document(services.access, BOB)["samples"] == 0
        assert profile_document(services.access, BOB)["profile"]["sampleSize"] == 0
        assert profile_document(services.access, ALICE)["profile"]["sampleSize"] == 3


def test_a_model_that_cannot_be_read_ranks_nothing_and_proposals_go_on(world: FolderWorld) -> None:
    with world.services() as services, services.store.writing() as tx:
        newer = LearningNote(
            id=MODEL, document={"version": 2}, updated_at=parse_instant("2030-01-01T00:00:00Z")
        )
        tx.repositories.learning.put(newer)
    session = world.create("alice", "bob")
    world.run_once()
    with world.services() as services, services.store.reading() as tx:
        found = tx.sessions.get(session)
    assert found is not None
    assert len(found.proposed_times) == 3


def test_only_what_ended_since_is_read_and_comes_to_what_the_whole_log_does(world: FolderWorld) -> None:
    settled(world, "alice", "bob", between="14:00-14:30")
    settled(world, "alice", "bob", take=False, between="09:00-10:00")
    first = log_read(world)
    assert len(lessons_of(first)) == 2
    assert log_read(world, first) is first, "nothing ended since"
    settled(world, "bob", "alice", between="11:00-12:00")
    second = log_read(world, first)
    assert len(lessons_of(second)) == 3
    assert all(map(is_, lessons_of(second), lessons_of(first))), "what is known is not read again"
    assert second == log_read(world)
    with world.services() as services:
        model = model_so_far(second.so_far, second.teaching, Policy.AUTO)
        assert model_document(model) == model_document(rebuild(services.access))


def test_the_whole_log_is_read_where_anything_of_it_is_not_as_it_was(world: FolderWorld) -> None:
    settled(world, "alice", "bob", between="14:00-14:30")
    settled(world, "alice", "bob", take=False, between="09:00-10:00")
    first = log_read(world)
    with world.services() as services:
        forget(services.access, OPERATOR, ALICE, key_named("hour:14"))
    world.pass_time(2)
    assert log_read(world, first) == log_read(world) != first
    with world.services() as services, services.store.writing() as tx:
        tx.repositories.analytics.delete(first.marks[0][0])
    assert log_read(world, first) == log_read(world)
    assert len(lessons_of(log_read(world, first))) == 1


def test_a_log_says_more_once_it_grew_by_a_fiftieth_or_anything_of_it_changed(world: FolderWorld) -> None:
    log = log_read(world)._replace(ended=tuple(map(str, range(100))))
    more = log._replace(ended=tuple(map(str, range(101))))
    before = 100, log.basis(100), GROWN
    assert more.hardly_says_more_than(*before)
    assert not log._replace(ended=tuple(map(str, range(102)))).hardly_says_more_than(*before)
    assert not more._replace(ended=("new", *more.ended[1:])).hardly_says_more_than(*before)
    assert not more._replace(users={}).hardly_says_more_than(*before)
    silent = more.teaching._replace(silent=frozenset({ALICE}))
    assert not more._replace(teaching=silent).hardly_says_more_than(*before)


def test_rankings_are_not_compared_again_because_a_daemon_was_started(world: FolderWorld) -> None:
    settled(world, "alice", "bob", between="14:00-14:30")
    settled(world, "alice", "bob", take=False, between="09:00-10:00")
    fitted, compared = [], []
    for fresh in (False, False, True):
        if fresh:
            settled(world, "bob", "alice", between="11:00-12:00")
        world.pass_time(2)
        with world.services() as services:
            services.learn.run()
            fitted.append(kept(services.store).updated_at)
            compared.append(kept(services.store, EVALUATION).updated_at)
    assert len(set(fitted)) == 3
    assert compared[0] == compared[1] < compared[2]


def lessons_of(log: LearningLog) -> list[Lesson]:
    return list(chain.from_iterable(log.so_far.lessons))


def log_read(world: FolderWorld, before: LearningLog | None = None) -> LearningLog:
    with world.services() as services, services.store.reading() as tx:
        users = everybody(tx)
        return read_on(tx, before, users, teaching(tx, users, silent_people(services.access.configuration)))


def test_what_was_learned_stands_until_something_ends_or_is_forgotten(world: FolderWorld) -> None:
    settled(world, "alice", "bob", between="14:00-14:30")
    with world.services() as services:
        stood = kept(services.store)
        world.pass_time(2)
        assert services.learn.run() == 0
        again = kept(services.store)
        assert (again.document, again.version > stood.version) == (stood.document, True)
        world.pass_time(2)
        forget(services.access, OPERATOR, ALICE, key_named("hour:14"))
        assert services.learn.run() == 0, "it was fitted just now"
        world.pass_time(2)
        assert services.learn.run() == 1
        assert kept(services.store).document == model_document(rebuild(services.access))


def test_how_learning_stands_is_told_without_reading_the_log(world: FolderWorld) -> None:
    settled(world, "alice", "bob", between="14:00-14:30")
    with world.services() as services:
        told = learning_document(services.access)["calibration"]
        assert sum(one["shown"] for one in told) == 3
        assert sum(one["taken"] * one["shown"] for one in told if one["shown"]) == 1
        once = work_of(lambda: learning_document(services.access)).json
        copied(services.store, 20)
        world.pass_time(2)
        assert services.learn.run() == 1
        assert work_of(lambda: learning_document(services.access)).json < once + 200
        told = learning_document(services.access)["calibration"]
        assert sum(one["shown"] for one in told) == 63


def test_how_learning_stands_is_told_from_the_log_where_nothing_was_fitted(world: FolderWorld) -> None:
    settled(world, "alice", "bob", between="14:00-14:30")
    with world.services() as services:
        fitted = learning_document(services.access)
        with services.store.writing() as tx:
            tx.repositories.learning.delete(CONFIDENCE)
        assert learning_document(services.access) == fitted


def copied(store: Store, times: int) -> None:
    """Let the one session of the log have ended so many times more, each as one of its own."""
    with store.writing() as tx:
        (row,) = tx.repositories.analytics.newest(1)
        for number in range(times):
            session = SessionId(f"{row.session_id}-{number}")
            tx.repositories.analytics.put(
                replace(row, id=f"{row.id}-{number}", session_id=session, version=0)
            )


def test_what_is_forgotten_while_a_model_is_fitted_stays_forgotten(world: FolderWorld) -> None:
    settled(world, "alice", "bob", between="14:00-14:30")
    settled(world, "alice", "bob", take=False, between="09:00-10:00")
    settled(world, "bob", "alice", between="11:00-12:00")
    world.pass_time(2)
    with world.services() as services:
        meanwhile = BusyStore(
            services.store, lambda: forget(services.access, OPERATOR, ALICE, key_named("hour:14"))
        )
        LearnJob(meanwhile, world.clock, services.access.configuration).run()
        assert hours(services.access, ALICE) == {"09", "11"}
        assert hours(services.access, BOB) == {"09", "11", "14"}


@pytest.mark.parametrize("looks", [1, 2])
def test_two_people_forget_at_once(world: FolderWorld, looks: int) -> None:
    settled(world, "alice", "bob", between="14:00-14:30")
    settled(world, "alice", "bob", take=False, between="09:00-10:00")
    settled(world, "bob", "alice", between="11:00-12:00")
    with world.services() as services:
        key = key_named("hour:14")
        meanwhile = BusyStore(services.store, lambda: forget(services.access, OPERATOR, BOB, key), looks)
        access = replace(services.access, store=meanwhile)  # type: ignore[type-var] # a StoreAccess
        forget(access, OPERATOR, ALICE, key)
        assert hours(services.access, ALICE) == hours(services.access, BOB) == {"09", "11"}


def hours(access: Access, user: UserId) -> set[str]:
    points = profile_document(access, user)["points"]
    return {one["bucket"] for one in points if one["feature"] == "hour"}
