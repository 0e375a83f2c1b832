"""Doubles of what the product needs of the world, handed in by tests: no sockets, no disk."""
