"""Series and their instances."""
