"""Whom an issuer's claims mean: a user by id, or by an address that the issuer has verified; nobody else."""

from collections.abc import Mapping
from typing import Any

from engine.ids import UserId
from engine.ports.store import Transaction
from engine.text.mail_address import folded


def user_of(tx: Transaction, claims: Mapping[str, Any]) -> UserId | None:
    """Give the user whom verified claims mean; None = nobody. Claims make nobody an operator."""
    by_id = tx.users.get(UserId(str(claims["sub"])))
    if by_id is not None:
        return by_id.id
    address = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(address, str) or not address:
        return None
    found = [one.id for one in tx.users.all() if folded(one.email) == folded(address)]
    return found[0] if len(found) == 1 else None
