"""How somebody who was erased stays known as such."""

from engine.ports.vault import Vault


def tombstone(vault: Vault, name: str) -> str:
    """Give the keyed hash under which somebody stays known as erased."""
    return vault.identifier(f"erased|{name.casefold()}").hex()
