"""When somebody is told of a contact: silence, birthdays, notes."""

from dataclasses import replace
from datetime import date

import pytest

from engine.ids import UserId
from engine.model.relations import Contact, Interaction, InteractionType
from engine.relations.birthdays import birthday_of, day_in, is_day, morning, name_of, next_kept
from engine.relations.follow_ups import follow_ups
from engine.relations.occasions import Occasion, occasions
from engine.relations.strength import Touch, measured
from engine.time.instant import parse_instant
from engine.time.span import DAY, Instant

NOW = parse_instant("2026-11-27T12:00:00Z")
ANA = Contact(id="ana", user_id=UserId("me"), full_name="Ana Kovač", created_at=NOW, updated_at=NOW)


def met(day: int, note: str = "") -> Interaction:
    at = NOW - day * DAY
    return Interaction(
        id=f"i{day}",
        user_id=UserId("me"),
        contact_id="ana",
        interaction_type=InteractionType.MEETING,
        content=note or None,
        interaction_date=at,
        created_at=NOW,
        updated_at=NOW,
    )


def due(
    contact: Contact, days: list[int], *notes: Interaction, now: Instant = NOW
) -> dict[Occasion, Instant]:
    known = [*(met(day) for day in days), *notes]
    found = measured([Touch(one.interaction_date) for one in known], now)
    after = replace(contact, last_interaction_at=found.last, rhythm=found.rhythm)
    told = occasions(after, known, found, now, zone="Europe/Berlin", going_cold=2.0)
    return {one.occasion: one.at for one in told}


def test_silence_is_told_once_it_is_twice_the_rhythm() -> None:
    found = due(ANA, [150, 164, 178, 192])
    assert found[Occasion.GOING_COLD] == NOW - 150 * DAY + 28 * DAY + 1


@pytest.mark.parametrize("days", [[150, 164, 178], [150], []])
def test_fewer_than_four_meetings_show_no_silence(days: list[int]) -> None:
    assert Occasion.GOING_COLD not in due(ANA, days)


def test_of_an_archived_or_merged_contact_nothing_is_told() -> None:
    kept = replace(ANA, birthday="1980-11-27")
    assert due(kept, [150, 164, 178, 192])
    assert not due(replace(kept, is_archived=True), [150, 164, 178, 192])
    assert not due(replace(kept, merged_into="other"), [150, 164, 178, 192])


def test_a_birthday_is_told_at_eight_of_ones_own_clock() -> None:
    found = due(replace(ANA, birthday="1980-11-27"), [])
    assert found == {Occasion.BIRTHDAY: parse_instant("2026-11-27T07:00:00Z")}
    assert due(replace(ANA, birthday="--11-26"), [])[Occasion.BIRTHDAY] == parse_instant(
        "2027-11-26T07:00:00Z"
    )


def test_who_was_born_on_a_leap_day_has_a_birthday_each_year() -> None:
    assert day_in("2000-02-29", 2027) == date(2027, 2, 28)
    assert day_in("2000-02-29", 2028) == date(2028, 2, 29)
    assert next_kept("--02-29", NOW, "UTC") == date(2027, 2, 28)


@pytest.mark.parametrize("text", ["1980-11-27", "--11-27", "2000-02-29", "--02-29"])
def test_a_day_is_a_day(text: str) -> None:
    assert is_day(text)


@pytest.mark.parametrize("text", ["", "1980-13-01", "1981-02-29", "11-27", "1980-11-27T00:00", "yesterday"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert not is_day(text)


@pytest.mark.parametrize(
    "title",
    [
        "Ana Kovač's birthday",
        "Ana Kovač’s Birthday",
        "Ana Kovač",
        "Birthday of Ana Kovač",
        "Birthday: Ana Kovač",
        "Ana Kovač Birthday",
        "ana kovač's birthday!",
    ],
)
def test_a_birthday_names_its_contact(title: str) -> None:
    assert name_of(title).casefold() == "ana kovač"
    assert birthday_of(ANA, [(title, "--11-27")]) == "--11-27"


def test_a_birthday_that_is_told_twice_otherwise_is_none() -> None:
    assert birthday_of(ANA, [("Ana Kovač", "--11-27"), ("Ana Kovač's birthday", "--11-28")]) is None
    assert birthday_of(replace(ANA, full_name=None), [("Ana Kovač", "--11-27")]) is None


WRITTEN = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("note", "day"),
    [
        ("follow up 12 Jan", date(2027, 1, 12)),
        ("Follow up on 12 January about the roof", date(2027, 1, 12)),
        ("follow-up Jan 12", date(2027, 1, 12)),
        ("follow up 12 Jan 2028", date(2028, 1, 12)),
        ("follow up 2027-01-12: call", date(2027, 1, 12)),
        ("follow up 27 Nov: send the zither contract", date(2026, 11, 27)),
        ("follow up 26 Nov", date(2027, 11, 26)),
        ("follow up by the 1st of March", date(2027, 3, 1)),
        ("follow up 29 Feb", date(2028, 2, 29)),
    ],
)
def test_a_date_in_a_note_is_a_day_to_follow_up(note: str, day: date) -> None:
    assert follow_ups(note, WRITTEN) == [day]


@pytest.mark.parametrize(
    "note", ["", "12 Jan", "follow up", "follow up soon", "follow up 31 Feb 2027", "follow up 12 Foo"]
)
def test_a_note_without_a_date_is_no_day(note: str) -> None:
    assert follow_ups(note, WRITTEN) == []


def test_each_note_is_followed_up_at_eight() -> None:
    found = due(ANA, [], met(1, "follow up 12 Jan"))
    assert found == {Occasion.FOLLOW_UP: morning(date(2027, 1, 12), "Europe/Berlin")}
