"""Several daemons on one store: how they share the work."""

from typing import Literal

from config.table import Table


class ClusterSettings(Table):
    """`[cluster]`: how daemons on one PostgreSQL share work; taken up at a start alone."""

    engine: Literal["local", "procrastinate"] = "local"
    """Whether each does what it finds itself, or hands it to whichever is free, over a queue in the store."""
