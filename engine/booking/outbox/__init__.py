"""What is told of a booking outside: its outbox entries, and whether each is still true at its turn."""
