"""F2's check of a resource: how many use it at once, not how many touch the time."""

import pytest

from engine.family.resource_availability import resource_availability
from engine.ids import UserId
from engine.model.event import EventStatus
from engine.model.reservation import ResourceAvailability, ResourceReservation
from engine.model.resource import Resource, ResourceType
from engine.time.instant import parse_instant
from engine.time.span import HOUR, Span

TWO = parse_instant("2026-01-11T14:00:00Z")


def resource(capacity: int, *, active: bool = True) -> Resource:
    return Resource(
        id="r",
        name="R",
        type=ResourceType.ROOM,
        capacity=capacity,
        active=active,
        created_at=0,
        updated_at=0,
    )


def kept(start: int, end: int, status: EventStatus = EventStatus.CONFIRMED) -> ResourceReservation:
    return ResourceReservation(
        id=f"{start}-{end}",
        resource_id="r",
        reserved_by=UserId("parent_1"),
        start_time=TWO + start * HOUR,
        end_time=TWO + end * HOUR,
        status=status,
        created_at=0,
        updated_at=0,
    )


@pytest.mark.parametrize(
    ("capacity", "reservations", "asked", "expected"),
    [
        (1, [kept(0, 2)], (1, 3), (False, 1, 1, 0)),
        (1, [kept(0, 2)], (2, 4), (True, 0, 1, 1)),
        (3, [kept(0, 2)] * 2, (0, 2), (True, 2, 3, 1)),
        (3, [kept(0, 2)] * 3, (0, 2), (False, 3, 3, 0)),
        (1, [kept(0, 2, EventStatus.PROPOSED)], (1, 3), (False, 1, 1, 0)),
        (1, [kept(0, 2, EventStatus.CANCELLED)], (1, 3), (True, 0, 1, 1)),
    ],
)
def test_acc_63_the_documents_cases(
    capacity: int,
    reservations: list[ResourceReservation],
    asked: tuple[int, int],
    expected: tuple[bool, int, int, int],
) -> None:
    span = Span(TWO + asked[0] * HOUR, TWO + asked[1] * HOUR)
    found = resource_availability(resource(capacity), [one.span for one in reservations if one.counts], span)
    assert (found.available, found.current_usage, found.max_capacity, found.remaining) == expected


def test_contra_27_the_peak_of_use_decides() -> None:
    found = resource_availability(resource(2), [kept(0, 1).span, kept(1, 2).span], Span(TWO, TWO + 2 * HOUR))
    assert found == ResourceAvailability(
        available=True, current_usage=1, max_capacity=2, remaining=1, reservations=2
    )


def test_acc_62_an_inactive_resource_has_no_room() -> None:
    assert not resource_availability(resource(2, active=False), [], Span(TWO, TWO + HOUR)).available
