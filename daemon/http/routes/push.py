"""Where providers tell of changes: Google by headers, Microsoft in a body; each channel by its address."""

import json
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import PlainTextResponse, Response

from daemon.app.requests.hear_push import Event, channels_owner, hear
from daemon.http.asking import AnyDoors
from daemon.http.problems import ProblemError

router = APIRouter(tags=["push"])
STATE, TOKEN = "x-goog-resource-state", "x-goog-channel-token"
ENDING = frozenset({"subscriptionRemoved", "reauthorizationRequired"})
"""Microsoft's notices of its own subscription, after which there will be no others."""
LONGEST_ECHO = 1000


async def _body(request: Request) -> bytes:
    return await request.body()


@router.post(
    "/push/{channel}",
    operation_id="hear_push",
    status_code=HTTPStatus.ACCEPTED,
    response_class=Response,
    responses={200: {"description": "What Microsoft asks to have repeated."}},
)
def push(
    channel: str,
    doors: AnyDoors,
    request: Request,
    body: Annotated[bytes, Depends(_body)],
    asked: Annotated[str | None, Query(alias="validationToken", max_length=LONGEST_ECHO)] = None,
) -> Response:
    """Have a connector read soon, for its provider; whoever does not know the channel gets 404."""
    if asked is not None and channels_owner(doors.access, channel) is not None:
        return PlainTextResponse(asked)
    secrets, event = _by_headers(request) if STATE in request.headers else _by_body(body)
    if not hear(doors.access, channel, secrets, event):
        raise ProblemError(HTTPStatus.NOT_FOUND, "There is no such channel")
    return Response(status_code=HTTPStatus.ACCEPTED)


def _by_headers(request: Request) -> tuple[list[str], Event]:
    """Read Google's notice: a first one says no more than that the channel is open."""
    state = request.headers[STATE]
    return [request.headers.get(TOKEN, "")], Event.OPENED if state == "sync" else Event.CHANGED


def _by_body(body: bytes) -> tuple[list[str], Event]:
    """Read Microsoft's notices: each carries the secret, or none of them counts."""
    try:
        told: Any = json.loads(body)
        items = told["value"]
        secrets = [str(one["clientState"]) for one in items]
        ends = any(one.get("lifecycleEvent") in ENDING for one in items)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return [], Event.CHANGED
    return secrets, Event.ENDS if ends else Event.CHANGED
