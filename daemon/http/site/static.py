"""What pages need beside themselves: kept by browsers for ever, since its address changes with it."""

import gzip
from functools import cache
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from daemon.http.problems import ProblemError
from daemon.pages.rendering import TYPES, static_address, static_file

router = APIRouter(include_in_schema=False)
FOR_EVER = "public, max-age=31536000, immutable"


@router.get("/static/{digest}/{name}")
def static(digest: str, name: str, request: Request) -> Response:
    """Give a file."""
    if name not in TYPES or static_address(name) != f"/static/{digest}/{name}":
        raise ProblemError(HTTPStatus.NOT_FOUND, "There is no such file")
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            _packed(name), headers={**headers, "Content-Encoding": "gzip"}, media_type=TYPES[name]
        )
    return Response(static_file(name), headers=headers, media_type=TYPES[name])


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(static_file(name), 9, mtime=0)
