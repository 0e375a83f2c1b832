"""Why a time is ranked as it is: everybody reads whether it suits, whose habits they are reads why."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from daemon.app.principal import OPERATOR, Principal, Role
from daemon.app.reader import Reader
from daemon.jobs.single_pass import run_once
from daemon.notices.content import as_text
from daemon.notices.wording import content_of
from daemon.notices.words.notice import Telling
from daemon.proposals.told_habits import ToldHabits
from engine.ids import SessionId, UserId
from engine.model.learning import HABITS
from engine.model.notices import NoticeKind
from engine.sessions.session_options import SessionOptions
from tests.daemon.proposals.test_learning import HOURS, LEARNING, WEEK, settled
from tests.worlds.folder_world import FolderWorld, Somebody

ALICE, BOB, DAVE = UserId("alice"), UserId("bob"), UserId("dave")
OF_ALICE, OF_BOB = Principal(Role.USER, ALICE), Principal(Role.USER, BOB)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FolderWorld]:
    people = [Somebody(name=name, hours=HOURS) for name in (ALICE, BOB, DAVE)]
    made = FolderWorld(root=tmp_path, people=people, now="2025-11-16T12:00:00Z", settings=LEARNING)
    with made.standing():
        yield made


@pytest.fixture
def session(world: FolderWorld) -> SessionId:
    """Alice and Bob have met at two and never at nine; now Dave is asked, too, who is new."""
    for _ in range(2):
        settled(world, "alice", "bob", between="14:00-14:30", within="14d")
        settled(world, "alice", "bob", take=False, between="09:00-10:00", within="14d")
        world.pass_time(WEEK)
    found = world.create("alice", "bob", "dave")
    world.run_once()
    return found


def told(world: FolderWorld, session: SessionId, principal: Principal) -> Mapping[str, set[str]]:
    """Give all that somebody reads of whose habits."""
    with world.services() as services:
        view = services.desk.asked_by(principal).view(session)
    found = dict[str, set[str]]()
    for slot in view["proposedTimes"]:
        assert sum(one["points"] for one in slot["reasons"]) == pytest.approx(slot["score"], abs=1e-9)
        learned = [one for one in slot["reasons"] if one["code"].startswith("learned_")]
        assert len({one["user"] for one in learned}) == len(learned)
        for one in learned:
            assert one["code"] == HABITS
            found.setdefault(one["user"], set()).add(one["text"])
    return found


def test_others_read_whether_a_time_suits_and_nobody_but_themselves_why(
    world: FolderWorld, session: SessionId
) -> None:
    alices, bobs, all_of_it = (told(world, session, one) for one in (OF_ALICE, OF_BOB, OPERATOR))
    assert alices["bob"] <= {"it suits bob's habits", "it does not suit bob's habits"}
    assert bobs["alice"] <= {"it suits alice's habits", "it does not suit alice's habits"}
    assert any("you took 2 of " in text and "; 2 of 6 times at 14:00" in text for text in alices["alice"])
    assert {text.partition(":")[0] for text in bobs["bob"]} == {
        "it suits your habits",
        "it does not suit your habits",
    }
    assert all("seldom" in text for text in bobs["bob"] if text.startswith("it does not"))
    assert any("alice took 2 of " in text and "2 of 6 times at 14:00" in text for text in all_of_it["alice"])
    assert any("bob took 2 of " in text and "2 of 6 times at 14:00" in text for text in all_of_it["bob"])


def test_of_somebody_new_it_is_said_what_people_here_do(world: FolderWorld, session: SessionId) -> None:
    usual = {"people here take such times", "people here seldom take such times"}
    assert told(world, session, OF_ALICE)["dave"] <= usual


def test_what_is_kept_of_a_session_names_nobodys_lessons(world: FolderWorld, session: SessionId) -> None:
    with world.services() as services, services.store.reading() as tx:
        found = tx.sessions.get(session)
    assert found is not None
    assert "took" not in str([one.text for slot in found.proposed_times for one in slot.reasons])


def test_an_app_reads_what_others_read(world: FolderWorld, session: SessionId) -> None:
    assert "took" not in str(told(world, session, Principal(Role.APP)))


def letter(world: FolderWorld, session: SessionId, reader: UserId) -> str:
    with world.services() as services, services.store.reading() as tx:
        found, user = tx.sessions.get(session), tx.users.get(reader)
        assert found is not None
        assert user is not None
        telling = Telling(
            kind=NoticeKind.PROPOSED,
            details={},
            user=user,
            reader=Reader(user.timezone, world.clock.now()),
            session=found,
            names={one.id: one.name for one in tx.users.all()},
            lessons=ToldHabits().lessons(tx, found, user),
            base="https://gatherly.example",
        )
    return as_text(content_of(telling))


def test_a_mail_tells_its_reader_their_own_lessons_and_where_to_undo_them(
    world: FolderWorld, session: SessionId
) -> None:
    text = " ".join(letter(world, session, ALICE).split())
    assert "it suits your habits: you took" in text
    assert "bob took" not in text
    assert "https://gatherly.example/people/alice" in text
    assert "https://gatherly.example/people/dave" not in letter(world, session, DAVE)


def test_whose_learning_is_switched_off_is_ranked_by_no_habit_from_then_on(
    world: FolderWorld, session: SessionId
) -> None:
    assert "bob" in told(world, session, OPERATOR)
    text = world.file.read_text()
    world.file.write_text(text.replace('[users."bob"]', '[users."bob"]\nlearn = false'))
    with world.services() as services:
        after = services.again(services)
        another = after.desk.create(SessionOptions(host="alice", invitees=("bob",), title="New")).id
        run_once(after, print)
    assert told(world, another, OPERATOR).keys() == {"alice"}
