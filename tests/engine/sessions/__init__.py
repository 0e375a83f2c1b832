"""Sessions: what is wished, proposed, and what becomes of it."""
