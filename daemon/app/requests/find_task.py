"""A search as a task for a child process, which may use so much of the processor and no more."""

import pickle

from engine.documents.answer_text import answer_text
from engine.find.request import FindRequest
from engine.find.search import find

TASK = "daemon.app.requests.find_task:answered"


def packed(request: FindRequest) -> bytes:
    """Write a request for `answered`."""
    return pickle.dumps(request)


def answered(payload: bytes) -> bytes:
    """Search; gives the answer's document as JSON. The payload is our own: nobody else writes to a child."""
    request: FindRequest = pickle.loads(payload)  # noqa: S301 # `packed` wrote it, in the process that asks
    return answer_text(find(request), all_starts=request.all_starts).encode("utf-8", "surrogatepass")
