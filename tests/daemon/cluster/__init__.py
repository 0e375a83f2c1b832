"""Several daemons on one store."""
