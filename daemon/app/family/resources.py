"""Resources: whether there is room (F2's `check_resource_availability`), and keeping one."""

from daemon.family.agendas import uses
from engine.errors import InputError, UnknownThingError
from engine.family.resource_availability import resource_availability
from engine.model.resource import Resource, ResourceAvailability, ResourceReservation
from engine.ports.store import Transaction
from engine.time.instant import format_instant
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

    The resource is written anew with it, so that of two who ask at the same moment one reads again.

    Raises:
        UnknownThingError: there is no such resource.
        InputError: it has no room then, or is no longer in use.
        StaleVersionError: somebody else reserved it meanwhile.
    """
    resource, span = _resource(tx, reservation.resource_id), reservation.span
    if not check_resource_availability(tx, resource.id, span).available:
        when = f"from {format_instant(span.start)} to {format_instant(span.end)}"
        why = f"has no room {when}" if resource.active else "is no longer in use"
        raise InputError(f"{resource.name} {why}", "Choose another time or another resource")
    tx.repositories.resources.put(resource)
    return tx.repositories.reservations.put(reservation)


def _resource(tx: Transaction, name: str) -> Resource:
    found = tx.repositories.resources.get(name)
    if found is None:
        raise UnknownThingError(f"There is no resource {name}", "Name one that there is")
    return found
