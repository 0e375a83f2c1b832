"""Who asks of the family's calendar over HTTP, and from where, for the log."""

from typing import Annotated

from fastapi import Depends, Request

from daemon.app.family.desks import FamilyDesks
from daemon.http.asking import AnyDoors, Asking
from engine.text.plain_text import one_line

_LONGEST = 200


def _desks(request: Request, doors: AnyDoors, principal: Asking) -> FamilyDesks:
    origin = {
        "address": request.client.host if request.client else "socket",
        "route": f"{request.method} {one_line(request.url.path, _LONGEST)}",
        "userAgent": one_line(request.headers.get("user-agent", ""), _LONGEST),
    }
    return doors.access.family.asked_by(principal, origin)


Desks = Annotated[FamilyDesks, Depends(_desks)]
"""The use cases, asked by whoever shows a token."""
