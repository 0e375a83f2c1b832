"""Whether the daemon lives and can work."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Response

from daemon.http.answers.document import answers
from daemon.http.answers.service import Health
from daemon.http.asking import AnyDoors
from engine.trouble import Trouble, attempt

router = APIRouter(tags=["health"])


@router.get("/healthz", responses=answers(Health))
def healthz() -> dict[str, Any]:
    """Answer while the daemon lives."""
    return {"ok": True}


@router.get("/readyz", responses={**answers(Health), 503: {"description": "It cannot work now."}})
def readyz(doors: AnyDoors, response: Response) -> dict[str, Any]:
    """Answer 200 while the store answers."""
    looked = attempt(doors.access.store.pulse)
    if isinstance(looked, Trouble):
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return {"ok": False, "why": looked.line}
    return {"ok": True}
