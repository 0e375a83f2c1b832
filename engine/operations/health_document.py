"""How things stand, as `gatherly status --json` and the API write it."""

from typing import Any

from engine.documents.set_aside import set_aside_document
from engine.model.integration import integration_status, sync_frequency
from engine.operations.health import AppDocumentsHealth, ConnectorHealth, Health, HeldWrite, LeftCopy
from engine.time.instant import format_instant
from engine.time.span import Instant


def health_document(health: Health) -> dict[str, Any]:
    """Give the JSON of `gatherly status --json`."""
    document: dict[str, Any] = {
        "ok": health.ok,
        "version": health.version,
        "tzdata": health.tzdata,
        "connectors": [_connector_document(one) for one in health.connectors],
        "sessions": {status.value: count for status, count in health.sessions.items()},
        "writes": {
            "pending": health.writes_pending,
            "stuck": health.writes_stuck,
            "heldBack": [_held_document(one) for one in health.writes_held],
            "left": [_left_document(one) for one in health.writes_left],
        },
        "notices": {
            "pending": health.notices_pending,
            "stuck": len(health.notices_stuck),
            "oldestSeconds": health.untold,
        },
        "unread": [
            {"connector": one.calendar.connector, "calendar": one.calendar.calendar, "reason": one.reason}
            for one in health.unread
        ],
        "quotas": [
            {"name": one.name, "requestsPerDay": one.requests, "budget": one.budget, "share": one.share}
            for one in health.quotas
        ],
    }
    document |= daemon_document(health)
    document["setAside"] = [set_aside_document(one) for one in health.set_aside]
    return document if health.live is None else document | {"live": _app_document(health.live)}


def daemon_document(health: Health) -> dict[str, Any]:
    """Give the JSON of the daemon, of all that live, of what waits for them, and of how well they do."""
    daemon, life, slo, queue = health.daemon, health.daemon.life, health.slo, health.queue
    alive = life if daemon.is_running else None
    current = "current" if daemon.is_current else "older than the files"
    return {
        "daemon": {
            "running": daemon.is_running,
            "pid": alive.pid if alive else None,
            "since": _text(life.since if life else None),
            "lastSeen": _text(life.last_seen if life else None),
            "version": life.release if life else None,
            "configuration": current if alive else None,
            "refused": alive.refused if alive else None,
            "ended": None if life is None or alive else daemon.liveness.value,
            "silentSeconds": daemon.silent,
        },
        "slo": {
            "freshShare": slo.fresh_share,
            "p95AgeSeconds": slo.p95_age,
            "bookingP95Seconds": slo.booking_p95,
        },
        "cluster": [
            {
                "daemon": f"{one.host}:{one.pid}",
                "since": _text(one.since),
                "version": one.release,
                "role": one.role,
                "claims": health.claims.get(one.id, 0),
            }
            for one in daemon.cluster
        ],
        "queue": {"engine": queue.engine, "waiting": queue.waiting, "oldestSeconds": queue.oldest},
    }


def _app_document(live: AppDocumentsHealth) -> dict[str, Any]:
    heard = live.listener_status
    return {
        "name": live.name,
        "listening": heard is not None and heard.listening,
        "since": _text(None if heard is None else heard.since),
        "polledAt": _text(None if heard is None else heard.polled_at),
        "lastError": None if heard is None else heard.trouble,
        "pending": live.pending,
        "troubled": [{"document": document, "reason": reason} for document, reason in live.troubled],
    }


def _connector_document(one: ConnectorHealth) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "user": one.user,
        "state": one.state.value,
        "lastSuccess": _text(one.last_success),
        "ageSeconds": one.age_seconds,
        "lastError": one.last_error,
        "nextRun": _text(one.next_run),
        "integration": {
            "status": integration_status(one.state).value,
            "syncFrequency": None if one.every is None else sync_frequency(one.every).value,
        },
        "heldBack": _held_read(one),
        "notes": list(one.notes),
    }


def _held_read(one: ConnectorHealth) -> dict[str, Any] | None:
    return {"until": _text(one.next_run), "why": one.held_back} if one.held_back else None


def _left_document(one: LeftCopy) -> dict[str, Any]:
    return {
        "session": one.session,
        "user": one.user,
        "calendar": str(one.calendar),
        "stuck": one.is_stuck,
    }


def _held_document(one: HeldWrite) -> dict[str, Any]:
    return {
        "session": one.session,
        "user": one.user,
        "calendar": str(one.calendar),
        "until": _text(one.until),
        "why": one.why,
    }


def _text(at: Instant | None) -> str | None:
    return None if at is None else format_instant(at)
