"""How a pull went, in one line for an operator."""

from daemon.sync.pull import Pulled


def said(pulled: Pulled) -> str:
    """Say in one line how a pull went."""
    return f"{pulled.connector}: {pulled.error or _waits(pulled) or _counted(pulled.changed)}"


def _waits(pulled: Pulled) -> str | None:
    if pulled.elsewhere:
        return "another daemon reads it just now"
    return f"held back, not asked: {pulled.held}" if pulled.held else None


def _counted(changed: int) -> str:
    return f"{changed} {'object' if changed == 1 else 'objects'} changed"
