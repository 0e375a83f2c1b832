"""Stores against their contract, and what is each one's own."""
