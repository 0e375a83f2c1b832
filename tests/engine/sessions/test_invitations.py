"""What a link offers: as time goes by none comes to the offer that was not in it before."""

from hypothesis import given
from hypothesis import strategies as st

from engine.ids import UserId
from engine.model.invitation import Invitation
from engine.model.session import SessionConstraints
from engine.sessions.invitations import shown
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR, MINUTE, Instant

MORNING = parse_instant("2026-11-17T08:00:00Z")
QUARTER = 15 * MINUTE
ZONES = ("UTC", "Asia/Kolkata", "America/Los_Angeles", "Australia/Eucla")


def link(duration: int) -> Invitation:
    return Invitation(
        id="ab" * 16,
        user_id=UserId("alice"),
        title="Office hour",
        duration=duration,
        search_days=7,
        constraints=SessionConstraints(),
        expires_at=MORNING + DAY,
        created_at=MORNING,
    )


def starts(gaps: list[tuple[int, int]], duration: int) -> list[Instant]:
    """Give every start, five minutes apart, in gaps given by where they begin and their length in minutes."""
    found = set[Instant]()
    for begins, long in gaps:
        first = MORNING + begins * MINUTE
        found |= {at for at in range(first, first + (long - duration) * MINUTE + 1, 300) if at % 300 == 0}
    return sorted(found)


@given(
    gaps=st.lists(st.tuples(st.integers(0, 600), st.integers(10, 300)), max_size=4),
    duration=st.sampled_from([15, 20, 30, 45, 50, 60, 90, 120]),
    zone=st.sampled_from(ZONES),
    moments=st.lists(st.integers(-HOUR, 10 * HOUR), min_size=2, max_size=6),
)
def test_none_but_what_has_passed_leaves_the_offer_and_none_comes_to_it(
    gaps: list[tuple[int, int]], duration: int, zone: str, moments: list[int]
) -> None:
    free, invitation = starts(gaps, duration), link(duration)
    at = sorted(MORNING + each for each in moments)
    offers = [set(shown(free, invitation, zone, now)) for now in at]
    for (earlier, before), (now, after) in zip(
        zip(at, offers, strict=True), list(zip(at, offers, strict=True))[1:], strict=False
    ):
        assert earlier <= now
        assert after <= before
        assert {start for start in before - after if start > now + QUARTER} == set()
    assert all(offer <= set(free) for offer in offers)


def test_a_gap_too_short_for_the_clock_offers_its_first_quarter() -> None:
    free = starts([(75, 90)], 60)
    assert shown(free, link(60), "UTC", MORNING) == (MORNING + 75 * MINUTE,)
    assert shown(free, link(60), "UTC", MORNING + 80 * MINUTE) == ()
