"""Telling people what became of a session; without any other way it goes to the log, never to nobody."""

from engine.model.booking import OutboxEntry


def tell(entry: OutboxEntry) -> None:
    """Write a notice to the log: who is told what of which session; titles are not in it."""
    import structlog

    structlog.get_logger("gatherly").info(
        "notice", **{key: str(value) for key, value in entry.payload.items()}
    )
