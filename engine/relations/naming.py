"""What a contact is called."""

from engine.model.relations import Contact

NAMELESS = "(no name)"


def called(contact: Contact) -> str:
    """Give a contact's name, else their address."""
    return contact.full_name or contact.email or NAMELESS
