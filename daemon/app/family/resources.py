"""Resources: whether there is room (F2's `check_resource_availability`), and keeping one."""

from collections.abc import Iterable

from daemon.resource_uses import uses
from engine.errors import InputError, UnknownThingError
from engine.family.agenda import resource_subject
from engine.family.resource_availability import resource_availability
from engine.model.reservation import ResourceAvailability, ResourceReservation
from engine.model.resource import Resource
from engine.ports.store import Transaction
from engine.time.span import Span


def check_resource_availability(tx: Transaction, resource: str, asked: Span) -> ResourceAvailability:
    """Tell whether one more reservation fits into a time; the peak of use decides.

    Raises:
        UnknownThingError: there is no such resource.
    """
    return resource_availability(
        _resource(tx, resource), [one.span for one in uses(tx, resource, asked)], asked
    )


def reserve(tx: Transaction, reservation: ResourceReservation) -> ResourceReservation:
    """Keep a resource for a time; gives the reservation as stored.

    Who asks for it at the same moment waits their turn. The resource is written anew with it, so that whoever
    decided on what they had read before reads again.

    Raises:
        UnknownThingError: there is no such resource.
        InputError: it has no room then, or is no longer in use.
        StaleVersionError: somebody else reserved it meanwhile.
    """
    tx.ledger.take_turns([resource_subject(reservation.resource_id)])
    resource, span = _resource(tx, reservation.resource_id), reservation.span
    if not check_resource_availability(tx, resource.id, span).available:
        why = "has no room then" if resource.active else "is no longer in use"
        raise InputError(f"{resource.name} {why}", "Choose another time or another resource")
    tx.repositories.resources.put(resource)
    return tx.repositories.reservations.put(reservation)


def require_resources(tx: Transaction, names: Iterable[str]) -> None:
    """See that all of them are there, and in use.

    Raises:
        UnknownThingError: there is no such resource.
        InputError: one is no longer in use.
    """
    for name in names:
        found = tx.repositories.resources.get(name)
        if found is None:
            known = ", ".join(one.id for one in tx.repositories.resources.all()) or "there are none"
            raise UnknownThingError(f"There is no resource {name!r}", f"Known: {known}")
        if not found.active:
            raise InputError(f"{found.name} is no longer in use", "Name another resource")


def _resource(tx: Transaction, name: str) -> Resource:
    found = tx.repositories.resources.get(name)
    if found is None:
        raise UnknownThingError(f"There is no resource {name}", "Name one that there is")
    return found
