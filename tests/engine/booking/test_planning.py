"""Whose copy goes where, under which id, and with which words (docs/ledger.md section 4)."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.booking.ids import could_be_ours, event_id, outbox_id
from engine.booking.steps.draft import draft_of, person_of
from engine.booking.target import Target, planned, write_order
from engine.ids import EventId, SessionId, UserId
from engine.model.booking import Delivery, Effect, Person
from engine.model.capabilities import IdForm
from engine.model.session import Answer, EventSession, Response
from engine.model.user import User
from tests.engine.booking.cast import (
    ANN,
    BEA,
    CHOSEN,
    CYD,
    INSTALL,
    NAME,
    NOW,
    SLOT,
    TARGETS,
    E,
    S,
    at,
    calendar,
    copy,
)

IDS = st.text(alphabet="ab|\\v1", max_size=4)


def keyed(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def plan(epoch: int = 1, **more: object) -> dict[UserId, Effect]:
    made = planned(CHOSEN, epoch, TARGETS, keyed, INSTALL, **more)  # type: ignore[arg-type]
    return {each.attendee: each for each in made}


def test_each_attendee_gets_one_effect_in_the_new_epoch() -> None:
    made = plan()
    assert {user: (each.delivery, each.required, each.state) for user, each in made.items()} == {
        ANN: (Delivery.WRITTEN, True, E.PLANNED),
        BEA: (Delivery.WRITTEN, True, E.PLANNED),
        CYD: (Delivery.WRITTEN, False, E.PLANNED),
    }
    assert {each.epoch for each in plan(epoch=7).values()} == {7}


NOTIFIED = {
    "an optional person's copy was refused": ([copy(CYD, E.GONE, last_code="refused")], (), {CYD}),
    "an optional person's grant ended": ([copy(CYD, E.GONE, last_code="expired")], (), {CYD}),
    "an optional person's calendar was away": ([copy(CYD, E.GONE, last_code="later")], (), set()),
    "an optional person's connector is unusable": ([], {calendar(CYD).connector}, {CYD}),
    "a required person's copy was refused": ([copy(BEA, E.GONE, last_code="refused")], (), set()),
    "a required person's connector is unusable": ([], {calendar(BEA).connector}, set()),
}


@pytest.mark.parametrize("case", NOTIFIED)
def test_who_is_only_notified_in_the_next_epoch(case: str) -> None:
    before, unusable, expected = NOTIFIED[case]
    made = plan(before=before, unusable=unusable)
    assert {user for user, each in made.items() if each.delivery is Delivery.NOTIFIED} == expected
    assert all(made[user].event_id is None for user in expected)


def test_who_has_no_calendar_to_write_to_is_notified() -> None:
    made = planned(CHOSEN, 1, {}, keyed, INSTALL)
    assert {each.delivery for each in made} == {Delivery.NOTIFIED}


def an_id(form: IdForm = IdForm.ICAL, **more: object) -> EventId:
    whole = {"session": NAME, "person": BEA, "calendar": calendar(BEA), "epoch": 1, **more}
    return event_id(form, keyed, INSTALL, **whole)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", IdForm)
def test_an_id_is_the_same_at_every_try_and_another_for_everything_else(form: IdForm) -> None:
    others = [
        an_id(form, session=SessionId("other")),
        an_id(form, person=ANN),
        an_id(form, calendar=calendar(ANN)),
        an_id(form, epoch=2),
    ]
    assert an_id(form) == an_id(form)
    assert len({an_id(form), *others}) == 5


def test_each_provider_takes_the_ids_it_is_given() -> None:
    google = an_id(IdForm.GOOGLE)
    assert (len(google), google[:2]) == (34, "ga")
    assert set(google) <= set("0123456789abcdefghijklmnopqrstuv")
    assert an_id(IdForm.ICAL).endswith(f"@{INSTALL}")
    assert len(an_id(IdForm.MESSAGE).split("@")[0]) == 40


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        (an_id(IdForm.ICAL), True),
        (an_id(IdForm.MESSAGE), True),
        (an_id(IdForm.GOOGLE), True),
        (an_id(IdForm.GOOGLE) + "x", False),
        (an_id(IdForm.GOOGLE)[:-1], False),
        ("ga" + "z" * 32, False),
        ("lunch@example.com", False),
        (an_id(IdForm.GOOGLE) + "\n", False),
    ],
)
def test_whose_id_it_could_be(name: str, ours: bool) -> None:
    assert could_be_ours(name, INSTALL) is ours


@given(st.lists(IDS, min_size=1, max_size=4), st.lists(IDS, min_size=1, max_size=4))
def test_no_two_different_things_are_told_under_one_key(one: list[str], other: list[str]) -> None:
    assert (outbox_id("mail", *one) == outbox_id("mail", *other)) is (one == other)


def test_copies_are_written_least_reliable_first_and_the_hosts_last() -> None:
    def target(reliability: int) -> Target:
        return Target(delivery=Delivery.WRITTEN, reliability=reliability)

    effects = [copy(ANN), copy(BEA), copy(CYD)]
    order = write_order(effects, {ANN: target(0), BEA: target(2), CYD: target(1)}, ANN)
    assert [each.attendee for each in order] == [CYD, BEA, ANN]
    assert [each.attendee for each in write_order(effects, {}, BEA)] == [ANN, CYD, BEA]


BEATRICE = User(
    id=BEA, email="bea@example.com", name="Beatrice", timezone="Europe/Berlin", created_at=NOW, updated_at=NOW
)


def test_a_draft_is_in_its_owners_zone_and_the_same_at_every_try() -> None:
    session = replace(CHOSEN, description=None, location="Room 1")
    snapshot = at(S.WRITING, since=NOW - 77)
    draft = draft_of(snapshot, session, SLOT.span, copy(BEA, sequence=3), EventId("x"), {BEA: BEATRICE})
    assert (draft.zone, draft.sequence, draft.stamp) == ("Europe/Berlin", 3, NOW - 77)
    assert (draft.title, draft.description, draft.location) == ("Planning", "", "Room 1")
    assert (draft.mark, draft.span, draft.cancelled) == (snapshot.mark, SLOT.span, False)
    assert draft.organizer == Person(name="ann", email="ann")
    assert [each.name for each in draft.attendees] == ["ann", "Beatrice", "cyd"]
    other = draft_of(snapshot, session, SLOT.span, copy(CYD), EventId("y"), {BEA: BEATRICE})
    assert other.zone == "UTC"


def test_who_is_not_known_is_named_by_id() -> None:
    assert person_of(BEA, {BEA: BEATRICE}) == Person(name="Beatrice", email="bea@example.com")
    assert person_of(CYD, {BEA: BEATRICE}) == Person(name="cyd", email="cyd")


def test_who_is_only_invited_comes_once_they_have_said_so() -> None:
    effects = (copy(ANN), copy(BEA, delivery=Delivery.INVITED), copy(CYD, delivery=Delivery.NOTIFIED))
    snapshot = at(S.WRITING, *effects)

    def coming(session: EventSession) -> dict[str, tuple[bool, bool]]:
        draft = draft_of(snapshot, session, SLOT.span, effects[0], EventId("x"), {})
        return {each.email: (each.comes, each.optional) for each in draft.attendees}

    asked = coming(CHOSEN)
    assert {name: comes for name, (comes, _) in asked.items()} == {"ann": True, "bea": False, "cyd": False}
    assert {name: optional for name, (_, optional) in asked.items()} == {
        user: user not in CHOSEN.required_ids for user in CHOSEN.attendee_ids
    }
    for slot, comes in ((SLOT.start, True), (None, True), (SLOT.start + 60, False)):
        yes = Response(BEA, Answer.ACCEPTED, slot, NOW)
        assert coming(replace(CHOSEN, responses=(yes,)))["bea"][0] is comes
    no = Response(BEA, Answer.DECLINED, SLOT.start, NOW)
    assert coming(replace(CHOSEN, responses=(no,)))["bea"][0] is False
