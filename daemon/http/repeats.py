"""`Idempotency-Key`: a POST that is sent again gets the first answer, for a day."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from daemon.app.accounts.tokens import TokenRefusedError
from daemon.http.asking import counted_by_token, doors_of
from daemon.http.problems import ProblemError
from engine.ids import UserId
from engine.model.access import KeptAnswer
from engine.time.span import DAY

KEY = "idempotency-key"
LONGEST_KEY = 255
_KEPT = ("location", "etag", "content-type")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class RepeatableRoute(APIRoute):
    """A route whose POST may be sent again under a key of the caller's own."""

    def get_route_handler(self) -> Handler:
        """Give the handler, with the first answer kept and repeated."""
        handle = super().get_route_handler()

        async def repeat(request: Request) -> Response:
            key = request.headers.get(KEY)
            if request.method != "POST" or key is None:
                return await handle(request)
            if not 1 <= len(key) <= LONGEST_KEY:
                raise ProblemError(
                    HTTPStatus.UNPROCESSABLE_ENTITY, f"Idempotency-Key has at most {LONGEST_KEY} letters"
                )
            user = await run_in_threadpool(_caller, request)
            if user is None:
                return await handle(request)
            kept = Kept(request, user, key, await request.body())
            async with doors_of(request).turns.setdefault(kept.id, asyncio.Lock()):
                before = await run_in_threadpool(kept.answer)
                if before is not None:
                    counted_by_token(doors_of(request), _token(request))
                    return before
                answer = await handle(request)
                if answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                    await run_in_threadpool(kept.keep, answer)
                return answer

        return repeat


def _caller(request: Request) -> UserId | None:
    """Tell who asks; nobody where the route itself will refuse them."""
    try:
        return doors_of(request).tokens.principal(_token(request)).user
    except TokenRefusedError:
        return None


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


class Kept:
    """One person's request under one key; `id` is the same for both, whatever is asked."""

    def __init__(self, request: Request, user: UserId, key: str, body: bytes) -> None:
        services = doors_of(request).access
        self._store, self._now = services.store, services.clock.now()
        self._user = user
        self.id = services.custody.identifier(f"idempotency {user} {key}").hex()
        asked = f"{request.method} {request.url.path}\n".encode() + body
        self._request = hashlib.sha256(asked).hexdigest()

    def answer(self) -> Response | None:
        """Give the first answer, None where this is the first request.

        Raises:
            ProblemError: the key was used for another request (409).
        """
        with self._store.reading() as tx:
            found = tx.repositories.kept_answers.get(self.id)
        if found is None or found.created_at <= self._now - DAY:
            return None
        if found.request != self._request:
            raise ProblemError(HTTPStatus.CONFLICT, "This Idempotency-Key was used for another request")
        return Response(json.dumps(found.answer["body"]), found.status, dict(found.answer["headers"]))

    def keep(self, answer: Response) -> None:
        """Keep an answer, and let go of those that are over a day old."""
        headers = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
        body = json.loads(bytes(answer.body) or b"null")
        with self._store.writing() as tx:
            tx.repositories.kept_answers.forget_before(self._now - DAY)
            if tx.repositories.kept_answers.get(self.id) is None:
                tx.repositories.kept_answers.put(
                    KeptAnswer(
                        id=self.id,
                        user_id=self._user,
                        request=self._request,
                        status=answer.status_code,
                        answer={"headers": headers, "body": body},
                        created_at=self._now,
                    )
                )
