"""How strangers are told apart without keeping who they are: by keyed hashes."""

from collections.abc import Callable

Identifier = Callable[[str], bytes]
"""`Vault.identifier`: HMAC-SHA256 of a text under the installation's key."""


def address_mark(identifier: Identifier, address: str) -> str:
    """Give the mark of an address; `eve+any@` is the mailbox of `eve@` with most who take such mail."""
    local, at, domain = address.strip().casefold().rpartition("@")
    return identifier(f"visitor|{local.partition('+')[0] or local}{at}{domain}").hex()


def client_mark(identifier: Identifier, client: str) -> str:
    """Give the mark of a network address that somebody comes from."""
    return identifier(f"visiting from|{client}").hex()
