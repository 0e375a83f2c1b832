"""What lies in Firestore, read by a client of one's own, beside what a store says."""

from typing import Any

from google.cloud.firestore import Client

from engine.documents.app_documents import app_document, parse_app_document
from engine.model.app_document import Place, message_place, session_place, user_place
from engine.ports.store import Transaction
from store.firestore.values import inward

Documents = dict[str, dict[str, Any]]


def outside(client: Client) -> Documents:
    """Read every live document as gatherly would write it."""
    found = [*client.collection("users").stream(), *client.collection("eventSessions").stream()]
    found += client.collection_group("messages").stream()
    return {
        each.reference.path: app_document(
            parse_app_document(Place.of(each.reference.path), inward(each.to_dict() or {}))
        )
        for each in found
    }


def inside(tx: Transaction) -> Documents:
    """Give every live document as a store has it."""
    sessions = tx.sessions.listed()
    said = [message for session in sessions for message in tx.messages.of(session.id)]
    return {
        **{str(user_place(user.id)): app_document(user) for user in tx.users.all()},
        **{str(session_place(session.id)): app_document(session) for session in sessions},
        **{str(message_place(one.session_id, one.id)): app_document(one) for one in said},
    }
