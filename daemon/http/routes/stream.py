"""`/v1/stream`: what happens, as server-sent events (WHATWG HTML, 9.2)."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from daemon.app.insight.live_events import LiveEvent, LiveEvents
from daemon.http.asking import AnyDoors
from daemon.http.doors import Doors
from daemon.http.site.browsing import AskingOrBrowsing

router = APIRouter(tags=["stream"])
LOOK_EVERY = 0.5
"""Seconds between two looks at the log."""
KEEP_ALIVE = 15
"""Seconds of silence after which a comment tells proxies that the line is alive."""


@router.get(
    "/v1/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
def stream(
    doors: AnyDoors,
    principal: AskingOrBrowsing,
    last_event_id: Annotated[str | None, Header(max_length=100)] = None,
) -> StreamingResponse:
    """Tell what happens to one's sessions and connectors; an operator is told of all."""
    events = LiveEvents(doors.access, principal, last_event_id)
    return StreamingResponse(stream_lines(doors, events), media_type="text/event-stream")


async def stream_lines(doors: Doors, events: LiveEvents) -> AsyncIterator[str]:
    """Write events as they come, and a comment where nothing does, until the daemon ends."""
    yield ": here\n\n"
    silent = 0.0
    while not doors.ending.is_set():
        fresh = await run_in_threadpool(events.fresh)
        for event in fresh:
            yield _line(event)
        silent = 0.0 if fresh else silent + LOOK_EVERY
        if silent >= KEEP_ALIVE:
            yield ": still here\n\n"
            silent = 0.0
        await asyncio.sleep(LOOK_EVERY)


def _line(event: LiveEvent) -> str:
    return f"id: {event.id}\nevent: {event.name}\ndata: {json.dumps(event.document)}\n\n"
