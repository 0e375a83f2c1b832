"""A language model's server on loopback that speaks chat completions, and lies as it is told to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

EMPTY: dict[str, Any] = {
    **{"intent": "refine", "attendees": [], "title": None, "duration": None, "dates": None, "daysOfWeek": []},
    **{"excludeDays": [], "excludeDates": [], "timeRange": None, "at": None, "zone": None, "choice": None},
    **{"preferred": None, "confidence": 0.9, "question": None},
}


def reading(**fields: Any) -> str:
    """Give a reading as a good model writes it."""
    return json.dumps({**EMPTY, **fields})


@dataclass(frozen=True, slots=True)
class Raw:
    """A whole answer of the server, whatever that is; `hangs` = the line stays open until the end."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    hangs: bool = False


@dataclass(slots=True)
class ModelServer:
    """What the server was asked, and what it says next: the last answer stays."""

    port: int = 0
    answers: list[str | Raw] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def questions(self) -> list[dict[str, Any]]:
        """What was asked about messages."""
        return [json.loads(one["messages"][-1]["content"]) for one in self.asked]

    def next(self) -> Raw:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Raw):
            return answer
        said = {"choices": [{"index": 0, "message": {"role": "assistant", "content": answer}}]}
        return Raw(body=json.dumps(said).encode())


@contextmanager
def model_server(*answers: str | Raw) -> Iterator[ModelServer]:
    """Serve, until the block is left."""
    model = ModelServer(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            model.asked.append({**json.loads(body), "path": self.path})
            model.headers.append({name.lower(): value for name, value in self.headers.items()})
            answer = model.next()
            if answer.hangs:
                model.over.wait(60)
                return
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        model.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
