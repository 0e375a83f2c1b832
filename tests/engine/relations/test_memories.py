"""What rules make of a contact's past: each names what it rests on, goes with it, and is over some time."""

import random
from collections.abc import Sequence

import pytest

from engine.ids import UserId
from engine.model.relations import Contact, Interaction, InteractionType, Interest, MemoryType
from engine.relations.memories import POINT_LASTS, SUMMARY_LASTS, Noted, noted
from engine.time.instant import parse_instant
from engine.time.span import DAY, Instant

NOW = parse_instant("2026-11-27T12:00:00Z")
ME = UserId("me")
ANA = Contact(id="ana", user_id=ME, full_name="Ana Kovač", created_at=NOW, updated_at=NOW)


def met(*days: float, subject: str = "Football match") -> list[Interaction]:
    """Give meetings of so many days ago, newest first."""
    return [
        Interaction(
            id=f"i{days_ago:g}",
            user_id=ME,
            contact_id="ana",
            interaction_type=InteractionType.MEETING,
            subject=subject,
            interaction_date=NOW - int(days_ago * DAY),
            created_at=NOW,
            updated_at=NOW,
        )
        for days_ago in sorted(days)
    ]


def likes(topic: str, confidence: float, *sources: str) -> Interest:
    return Interest(
        id=topic,
        user_id=ME,
        contact_id="ana",
        interest_category="sports",
        interest_topic=topic,
        mark=topic,
        confidence_score=confidence,
        first_detected_at=NOW,
        last_reinforced_at=NOW,
        source_interactions=sources,
        created_at=NOW,
        updated_at=NOW,
    )


def rules(
    past: Sequence[Interaction], interests: Sequence[Interest] = (), now: Instant = NOW
) -> dict[str, Noted]:
    return {one.rule: one for one in noted(ANA, past, interests, now, "Europe/Berlin")}


def test_a_summary_says_how_often_and_what_about() -> None:
    found = rules(met(3, 17))["summary"]
    assert found.memory_type is MemoryType.SUMMARY
    assert found.content == (
        "You have had to do with them 2 times, from 10 Nov 2026 to 24 Nov 2026."
        " The last was about “Football match”."
    )
    assert found.sources == ("i3", "i17")
    assert "once" in rules(met(3))["summary"].content


def test_nothing_is_said_of_whom_nothing_is_known() -> None:
    assert noted(ANA, (), [likes("football", 0.9, "gone")], NOW, "UTC") == []
    assert noted(ANA, met(-3), (), NOW, "UTC") == [], "what is yet to come tells nothing"


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ((7, 14, 21, 28), True),
        ((7, 14, 21), False),
        ((7, 14, 21, 23), True),
        ((7, 14, 22, 24), False),
        ((7, 9, 11, 13), False),
    ],
)
def test_a_weekday_is_told_where_it_is_a_habit(days: tuple[int, ...], told: bool) -> None:
    found = rules(met(*days))
    assert ("habit" in found) == told
    if told:
        assert found["habit"].title == "Mostly on Fridays"
        assert set(found["habit"].sources) <= {f"i{one}" for one in days}


def test_a_habit_is_one_of_the_own_clock() -> None:
    """23:30 on a Thursday in UTC is a Friday in Berlin."""
    past = met(*(one - 0.5 + 23.5 / 24 for one in (1, 8, 15, 22)))
    assert noted(ANA, past, (), NOW, "Europe/Berlin") != noted(ANA, past, (), NOW, "America/New_York")


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ((1, 31, 61, 91, 98, 105, 112, 119), True),
        ((1, 8, 15, 22, 29, 36, 43, 50), False),
        ((1, 11, 21, 31, 38, 45, 52, 59), False),
        ((1, 31, 61, 91), False),
    ],
)
def test_who_is_met_more_seldom_than_before_is_told(days: tuple[int, ...], told: bool) -> None:
    found = rules(met(*days))
    assert ("rarer" in found) == told
    if told:
        assert "every 7 days" in found["rarer"].content
        assert "every 30 days" in found["rarer"].content


def test_a_talking_point_rests_on_what_was_met_about_it() -> None:
    past = met(3, 10)
    found = rules(
        past, [likes("football", 0.6, "i3", "i10"), likes("chess", 0.1, "i3"), likes("golf", 0.9, "gone")]
    )
    assert [one for one in found if one.startswith("point/")] == ["point/football"]
    assert found["point/football"].sources == ("i3", "i10")
    assert found["point/football"].content == "Last met about football on 24 Nov 2026: “Football match”."
    assert rules(past[1:], [likes("football", 0.6, "i3")]).keys() == {"summary"}, "its source is gone"


def test_each_is_over_some_time_after_what_it_rests_on() -> None:
    past = met(7, 14, 21, 28)
    interests = [likes("football", 0.6, "i7")]
    last = past[0].interaction_date
    assert "habit" not in rules(past, interests, last + POINT_LASTS - 1)
    assert "point/football" in rules(past, interests, last + POINT_LASTS - 1)
    assert rules(past, interests, last + POINT_LASTS).keys() == {"summary"}
    assert rules(past, interests, last + SUMMARY_LASTS) == {}


def test_every_memory_names_rows_that_there_are_and_asks_no_clock_but_ours() -> None:
    chance = random.Random(4)
    for _ in range(300):
        past = met(*{chance.randint(1, 400) for _ in range(chance.randint(0, 14))})
        there = {one.id for one in past}
        interests = [
            likes(t, chance.random(), *chance.sample(sorted(there), min(2, len(there)))) for t in "ab"
        ]
        for one in noted(ANA, past, interests, NOW, "UTC"):
            assert one.sources
            assert set(one.sources) <= there
            assert 0 <= one.confidence <= 1
            assert one.expires_at > NOW
            assert one.content
            assert one.title
