"""Traces as `[otel]` asks for them: exported to a collector, or none."""

from importlib.metadata import version

import structlog

from config.installation import adding
from daemon.runtime.lasting import Lasting
from daemon.runtime.traces import NO_TRACES, Traces
from engine.ports.world import Clock

MISSING = "Traces need the extra otel, which is not installed"
_LOG = structlog.get_logger("gatherly")


def traces_of(endpoint: str | None, clock: Clock) -> Traces:
    """Make what the configuration asks for; where the extra is missing that is said, and nothing else."""
    if endpoint is None:
        return NO_TRACES
    try:
        from daemon.runtime.exported_traces import ExportedTraces
    except ModuleNotFoundError:
        _LOG.warning("traces.missing", why=f"{MISSING}. {adding('otel')}; or take [otel] out")
        return NO_TRACES
    return ExportedTraces(endpoint, version("gatherly"), Lasting(clock))
