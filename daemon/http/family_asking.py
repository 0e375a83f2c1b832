"""Who asks of the family's calendar over HTTP, and from where, for the log."""

from typing import Annotated

from fastapi import Depends, Request

from daemon.app.family.desks import FamilyDesks
from daemon.http.asking import AnyDoors, Asking
from daemon.http.asking_origin import origin_of


async def _desks(request: Request, doors: AnyDoors, principal: Asking) -> FamilyDesks:
    return doors.access.family.asked_by(principal, origin_of(request))


Desks = Annotated[FamilyDesks, Depends(_desks)]
"""The use cases, asked by whoever shows a token."""
