"""A published calendar on a real socket: ETags, conditional requests, and what goes wrong with feeds."""

import hashlib
from collections.abc import Callable

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

PATH = "/private-4711/feed.ics"


class PublishedFeed:
    """Serves one calendar; counts what was asked, and answers wrongly on request."""

    def __init__(self, server: HTTPServer, *, with_etag: bool = True) -> None:
        self._with_etag = with_etag
        self.events: dict[str, str] = {}
        self.header = ""
        self.whole: bytes | None = None
        self.requests: list[Request] = []
        self.fault: Callable[[], Response] | None = None
        self.url = server.url_for(PATH)
        server.expect_request(PATH).respond_with_handler(self._answer)

    def body(self) -> bytes:
        if self.whole is not None:
            return self.whole
        text = "".join(self.events.values())
        return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{self.header}{text}END:VCALENDAR\r\n".encode()

    def _answer(self, request: Request) -> Response:
        self.requests.append(request)
        if self.fault is not None:
            return self.fault()
        body = self.body()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self._with_etag and request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers={"ETag": etag})
        headers = {"ETag": etag} if self._with_etag else {}
        return Response(body, headers=headers, content_type="text/calendar; charset=utf-8")
