"""Whether the daemon lives and can work; its metrics; links that nobody has any more."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends, Response

from daemon.http.answers import Health, answers
from daemon.http.asking import AnyDoors, counted_by_address
from daemon.http.problems import ProblemError
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


def _refused(token: str) -> None:
    """Refuse a link that is unknown, used or over: told alike."""
    raise ProblemError(HTTPStatus.GONE, "This link is not valid any more")


_LINK: Mapping[str, Any] = {
    "dependencies": [Depends(counted_by_address)],
    "responses": {410: {"description": "The link is not valid any more."}},
}
router.get("/r/{token}", operation_id="show_link", **_LINK)(_refused)
router.post("/r/{token}", operation_id="act_by_link", **_LINK)(_refused)
