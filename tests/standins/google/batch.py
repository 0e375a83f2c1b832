"""Batches: several requests in one multipart body, each with a status of its own."""

import json
from collections.abc import Callable
from email.message import Message
from email.parser import BytesParser

from tests.standins.google.answers import ApiError
from tests.standins.google.wire import Request, Response

MOST_PARTS = 50
BOUNDARY = "batch_standin"


def run_batch(request: Request, one: Callable[[Request], Response]) -> Response:
    """Answer every part by itself.

    Raises:
        ApiError: more than 50 parts.
    """
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    parts = BytesParser().parsebytes(head + request.body).get_payload()
    if not isinstance(parts, list) or len(parts) > MOST_PARTS:
        raise ApiError(400, "batchTooLarge", f"A batch holds at most {MOST_PARTS} requests")
    lines = []
    for part in parts:
        if not isinstance(part, Message):
            raise ApiError(400, "parseError", "A part of the batch cannot be read")
        inner = part.get_payload()
        answer = one(_request(str(inner), request))
        lines += [f"--{BOUNDARY}", "Content-Type: application/http"]
        lines += [f"Content-ID: {_answering(part.get('Content-ID', ''))}", "", _text(answer)]
    body = "\r\n".join([*lines, f"--{BOUNDARY}--", ""]).encode()
    return Response(200, body, {"Content-Type": f"multipart/mixed; boundary={BOUNDARY}"})


def _answering(name: str) -> str:
    return name.replace("<", "<response-", 1)


def _request(text: str, outer: Request) -> Request:
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    first, *fields = head.split("\n")
    verb, target, *_ = first.split(" ")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in fields)
    }
    if "authorization" in outer.headers:
        headers.setdefault("authorization", outer.headers["authorization"])
    return Request(verb, target, headers, body.strip().encode())


def _text(answer: Response) -> str:
    head = [f"HTTP/1.1 {answer.status} X", "Content-Type: application/json"]
    head += [f"{name}: {value}" for name, value in answer.headers.items() if name != "Content-Type"]
    body = json.dumps(json.loads(answer.body)) if answer.body else ""
    return "\r\n".join([*head, f"Content-Length: {len(body)}", "", body])
