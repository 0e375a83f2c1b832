"""`Idempotency-Key`: a POST that is sent again gets the first answer, for a day."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from daemon.app.accounts.tokens import TokenRefusedError
from daemon.http.asking import counted_by_token, doors_of
from daemon.http.problems import ProblemError
from engine.errors import StaleVersionError
from engine.ids import UserId
from engine.model.access import KeptAnswer
from engine.ports.store import Transaction
from engine.time.span import DAY, MINUTE

KEY = "idempotency-key"
LONGEST_KEY = 255
UNDER_WAY = HTTPStatus.PROCESSING.value
"""The status of what is claimed, and not answered yet; after a minute whoever claimed it has ended."""
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
                before = await run_in_threadpool(kept.answer_or_claim)
                if before is not None:
                    counted_by_token(doors_of(request), _token(request))
                    return before
                return await _answered(handle, request, kept)

        return repeat


async def _answered(handle: Handler, request: Request, kept: "Kept") -> Response:
    """Answer a request that is claimed, and keep the answer; a refusal, or a fault of ours, is given up."""
    lasting = False
    try:
        answer = await handle(request)
        lasting = answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        if lasting:
            await run_in_threadpool(kept.keep, answer)
        return answer
    finally:
        if not lasting:
            await run_in_threadpool(kept.give_up)


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

    def answer_or_claim(self) -> Response | None:
        """Give the first answer; None where this is the first request, which is claimed for this daemon.

        Raises:
            ProblemError: the key was used for another request, or another daemon is just answering it (409).
        """
        with self._store.reading() as tx:
            found = tx.repositories.kept_answers.get(self.id)
        if found is None or found.created_at <= self._now - (MINUTE if found.status == UNDER_WAY else DAY):
            self._claim(found)
            return None
        if found.request != self._request:
            raise ProblemError(HTTPStatus.CONFLICT, "This Idempotency-Key was used for another request")
        if found.status == UNDER_WAY:
            raise _under_way()
        return Response(json.dumps(found.answer["body"]), found.status, dict(found.answer["headers"]))

    def _claim(self, found: KeptAnswer | None) -> None:
        claim = KeptAnswer(
            id=self.id,
            user_id=self._user,
            request=self._request,
            status=UNDER_WAY,
            answer={},
            created_at=self._now,
            version=0 if found is None else found.version,
        )
        try:
            with self._store.writing() as tx:
                self._claimed = tx.repositories.kept_answers.put(claim)
        except StaleVersionError as error:
            raise _under_way() from error

    def keep(self, answer: Response) -> None:
        """Keep an answer in the place of the claim, and let go of those that are over a day old."""
        headers = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
        body = json.loads(bytes(answer.body) or b"null")
        told = {"headers": headers, "body": body}
        with self._store.writing() as tx:
            tx.repositories.kept_answers.forget_before(self._now - DAY)
            if self._stands(tx):
                kept = replace(self._claimed, status=answer.status_code, answer=told)
                tx.repositories.kept_answers.put(kept)

    def give_up(self) -> None:
        """Let whoever sends it again try anew."""
        with self._store.writing() as tx:
            if self._stands(tx):
                tx.repositories.kept_answers.delete(self.id)

    def _stands(self, tx: Transaction) -> bool:
        """Tell whether the claim is still this one's: one that took too long is another daemon's."""
        return tx.repositories.kept_answers.get(self.id) == self._claimed


def _under_way() -> ProblemError:
    again = {"Retry-After": "1"}
    return ProblemError(HTTPStatus.CONFLICT, "The same request is just being answered", headers=again)
