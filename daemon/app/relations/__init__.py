"""What people ask of those they know: contacts, what they wrote of them, and what was derived."""
