"""A briefing says nothing without naming what it rests on: take the source away, and the sentence goes."""

import random
from collections.abc import Iterator
from dataclasses import replace

from engine.ids import UserId
from engine.model.relations import (
    Contact,
    Interaction,
    InteractionType,
    Interest,
    Memory,
    MemoryType,
    Relationship,
)
from engine.relations.briefing import Known, sentences
from engine.time.instant import parse_instant
from engine.time.span import DAY

NOW = parse_instant("2026-11-27T12:00:00Z")
ME = UserId("me")
MADE = {"user_id": ME, "created_at": NOW, "updated_at": NOW}


def contact(name: str) -> Contact:
    return Contact(id=name, full_name=name.title(), job_title="Glazier", notes="Likes tea", bio="x", **MADE)  # type: ignore[arg-type]


def known(chance: random.Random) -> Known:
    """Draw all that may be known of somebody."""
    interactions = [
        Interaction(
            id=f"i{number}",
            contact_id="ana",
            interaction_type=chance.choice(list(InteractionType)),
            subject=chance.choice((None, "Football match", "A “title”\nwith lines")),
            content=chance.choice((None, "follow up 30 Nov: the zither", "a note")),
            interaction_date=NOW - number * DAY,
            **MADE,  # type: ignore[arg-type]
        )
        for number in range(chance.randint(0, 5))
    ]
    interest = Interest(
        id="n1",
        contact_id="ana",
        interest_category="sports",
        interest_topic="football",
        mark="m",
        confidence_score=0.8,
        first_detected_at=NOW,
        last_reinforced_at=NOW,
        source_interactions=tuple(one.id for one in interactions[:2]),
        entered=chance.random() < 0.5,
        **MADE,  # type: ignore[arg-type]
    )
    tie = Relationship(
        id="r1",
        user_id=ME,
        contact_a_id="ana",
        contact_b_id="bob",
        shared_interactions=2,
        detected_at=NOW,
        last_updated_at=NOW,
        created_at=NOW,
    )
    memory = Memory(id="m1", contact_id="ana", memory_type=MemoryType.INSIGHT, content="Allergic", **MADE)  # type: ignore[arg-type]
    return Known(
        contact=contact("ana"),
        interactions=interactions,
        interests=[interest] * chance.randint(0, 1),
        relationships=[tie] * chance.randint(0, 1),
        people={"bob": contact("bob")},
        memories=[memory] * chance.randint(0, 1),
    )


def without(one: Known, source: str) -> Known:
    """Take a row away."""
    return replace(
        one,
        interactions=[each for each in one.interactions if each.id != source],
        interests=[each for each in one.interests if each.id != source],
        relationships=[each for each in one.relationships if each.id != source],
        memories=[each for each in one.memories if each.id != source],
    )


def rows(one: Known) -> Iterator[str]:
    yield one.contact.id
    yield from (each.id for each in one.interactions)
    yield from (each.id for each in one.interests)
    yield from (each.id for each in one.relationships)
    yield from (each.id for each in one.memories)


def told(one: Known) -> list[tuple[str, tuple[str, ...]]]:
    return sentences(one, NOW, "UTC", lambda at: f"day {at // DAY}")


def test_every_sentence_names_rows_that_there_are() -> None:
    chance = random.Random(7)
    for _ in range(300):
        one = known(chance)
        there = set(rows(one))
        for text, sources in told(one):
            assert text
            assert "\n" not in text
            assert sources
            assert set(sources) <= there


def test_take_the_source_away_and_the_sentence_goes() -> None:
    chance = random.Random(8)
    for _ in range(100):
        one = known(chance)
        for text, sources in told(one):
            left = one
            for source in set(sources) - {"ana"}:
                left = without(left, source)
            if set(sources) != {"ana"}:
                assert (text, sources) not in told(left)
