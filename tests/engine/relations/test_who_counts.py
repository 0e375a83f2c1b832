"""Who was at an event, and whether it tells anything of who knows whom."""

import pytest

from engine.ids import EventUid
from engine.relations.gatherings import Gathering, Person, PersonKind, is_somebody, merged, met, split_name
from engine.time.span import DAY, HOUR

NOW = 20_000 * DAY
ME = frozenset({"me@example.com", "me@work.example"})


def meeting(*people: Person, end: int = NOW - HOUR) -> Gathering:
    """Something of mine that is over."""
    return Gathering(uid=EventUid("u"), start=end - HOUR, end=end, title="x", people=people)


def others(*people: Person, end: int = NOW - HOUR) -> set[str]:
    """Tell whom I met."""
    return {one.address for one in met(meeting(*people, end=end), ME, NOW)}


ANA, I_CAME = Person("ana@example.org"), Person("me@example.com")
CROWD = [Person(f"p{number}@example.org") for number in range(12)]


@pytest.mark.parametrize(
    "address",
    [
        "noreply@a.example",
        "no-reply@a.example",
        "NoReply@a.example",
        "donotreply@a.example",
        "do-not-reply@a.example",
        "no-reply+abc@a.example",
        "team@googlegroups.com",
        "x@group.calendar.google.com",
        "room@resource.calendar.google.com",
        "all@lists.example.org",
        "nobody",
        "",
        "@a.example",
        "two@at@a.example",
        "http://user:pw@a.example/",
        "tel:+15550100@a.example",
        "an\u202ea@a.example",
        "an\u200ba@a.example",
        "a b@a.example",
        "a\r\nbcc: b@a.example",
        f"{'l' * 300}@a.example",
    ],
)
def test_what_is_nobody_does_not_count(address: str) -> None:
    assert not is_somebody(Person(address))


@pytest.mark.parametrize(
    "address", ["reply@a.example", "noreplyer@a.example", "ana@mylists.example", "listsa@b.example"]
)
def test_who_only_looks_like_nobody_counts(address: str) -> None:
    assert is_somebody(Person(address))


@pytest.mark.parametrize("kind", [PersonKind.ROOM, PersonKind.GROUP])
def test_rooms_and_groups_do_not_count(kind: PersonKind) -> None:
    assert not is_somebody(Person("x@example.org", kind=kind))


def test_the_owner_need_not_be_named_and_is_never_met() -> None:
    assert others(ANA) == others(ANA, I_CAME) == others(ANA, Person("me@work.example")) == {ANA.address}
    assert others(ANA, Person("other@me.example", is_self=True)) == {ANA.address}


def test_whoever_declined_was_not_there() -> None:
    assert others(ANA, Person("no@example.org", declined=True)) == {ANA.address}
    assert others(ANA, Person("me@example.com", declined=True)) == set()
    assert others(ANA, Person("me@example.com", declined=True), Person("me@work.example")) == {ANA.address}


def test_an_event_counts_once_it_has_ended() -> None:
    assert others(ANA, end=NOW) == {ANA.address}
    assert others(ANA, end=NOW + 1) == set()


def test_two_to_twelve_people_count() -> None:
    assert len(others(*CROWD[:11])) == 11
    assert others(*CROWD) == set()
    assert others(I_CAME) == set()
    room = Person("r@example.org", kind=PersonKind.ROOM)
    assert len(others(*CROWD[:11], room, Person("no@example.org", declined=True))) == 11


def test_one_event_in_several_calendars_is_one_as_the_fullest_tells_it() -> None:
    bare, full = meeting(), meeting(ANA)
    assert merged([full, bare]) == merged([bare, full]) == {full.start: full}


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("Ana Kovač", ("Ana", "Kovač")),
        ("Kovač, Ana", ("Ana", "Kovač")),
        ("Ana", ("Ana", None)),
        ("Ana Maria de la Cruz", ("Ana", "Maria de la Cruz")),
        ("", (None, None)),
    ],
)
def test_a_name_is_split(full: str, parts: tuple[str | None, str | None]) -> None:
    assert split_name(full) == parts
