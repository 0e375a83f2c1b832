"""Which answers an app has added to a session, and which of them can be their authors' own.

Nothing in a document says who wrote it: that everybody adds only their own answers is held by the rules that
are deployed with gatherly. What can be told without them is told here: answers are only ever added behind
those that were there, none is there twice, and where several people's came at once the host's, which books,
may be somebody else's work.
"""

from collections.abc import Collection

from engine.app_documents.document_write import GONE
from engine.app_documents.fields import digests
from engine.documents.sessions import session_document
from engine.errors import InputError
from engine.model.app_document import AppDocument
from engine.model.session import EventSession, Response

RESPONSES = "responses"


def added(before: AppDocument, theirs: EventSession) -> tuple[Response, ...]:
    """Give what stands behind the answers that both sides knew, as they were agreed on or as they were sent.

    Raises:
        InputError: an answer that was known is gone, changed or moved, or one stands there twice.
    """
    known = {(before.known or {}).get(RESPONSES, GONE), *before.sending.get(RESPONSES, ())}
    written = session_document(theirs).get(RESPONSES, [])
    first = next((count for count in range(len(written), -1, -1) if _digest(written[:count]) in known), None)
    if first is None:
        raise InputError(
            f"The answers of session {theirs.id} were not just added to: none of what was changed counts",
            "Leave those that are there as they are, and add your own behind them",
        )
    if len(set(theirs.responses)) < len(theirs.responses):
        raise InputError(
            f"An answer stands twice in session {theirs.id}: nothing of what was added counts",
            "Add each answer once",
        )
    return theirs.responses[first:]


def _digest(responses: Collection[object]) -> str:
    return digests({RESPONSES: list(responses)})[RESPONSES] if responses else GONE


def doubtful(session: EventSession, fresh: Collection[Response]) -> Collection[Response]:
    """Give those of several people's answers that would book and cannot be known to be the host's own."""
    if len({response.user_id for response in fresh}) < 2:
        return ()
    return [response for response in fresh if response.user_id == session.host_user_id]
