"""An embeddings server on loopback, as OpenAI's is: words that mean the same point the same way."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

SAME = {
    "football": "ball",
    "soccer": "ball",
    "orchard": "fruit",
    "apples": "fruit",
    "choir": "song",
    "singing": "song",
}
DIMENSIONS = 64


def placed(text: str) -> list[float]:
    """Give where a text lies: one direction a word, the same for words that mean the same."""
    place = [0.0] * DIMENSIONS
    for word in text.casefold().replace(",", " ").replace(":", " ").split():
        place[crc32(SAME.get(word, word).encode()) % DIMENSIONS] += 1.0
    return place


def answer(texts: list[str]) -> dict[str, Any]:
    """Answer as the API does; in another order than asked, which `index` tells."""
    rows = [{"object": "embedding", "index": at, "embedding": placed(text)} for at, text in enumerate(texts)]
    return {"object": "list", "data": rows[::-1], "model": "m", "usage": {"prompt_tokens": 1}}


@dataclass(slots=True)
class EmbedderServer:
    """What it was asked, and what it says instead of the truth."""

    port: int
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    instead: Callable[[list[str]], Response] | None = None

    @property
    def texts(self) -> list[str]:
        """Every text that it was asked to place."""
        return [text for one in self.asked for text in one["input"]]

    @property
    def table(self) -> str:
        """How the configuration names it."""
        return f'{{ url = "http://127.0.0.1:{self.port}/v1", model = "m", allow_private_network = true }}'


@contextmanager
def embedder_server() -> Iterator[EmbedderServer]:
    """Serve, until the block is left."""
    http = HTTPServer(host="127.0.0.1", threaded=True)
    http.start()
    server = EmbedderServer(http.port)

    def answered(request: Request) -> Response:
        body = json.loads(request.get_data())
        server.asked.append(body)
        server.headers.append({name.lower(): value for name, value in request.headers.items()})
        if server.instead is not None:
            return server.instead(body["input"])
        return Response(json.dumps(answer(body["input"])), content_type="application/json")

    http.expect_request("/v1/embeddings", method="POST").respond_with_handler(answered)
    try:
        yield server
    finally:
        http.clear()
        http.stop()
