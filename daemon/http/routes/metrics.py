"""The daemon's metrics, for Prometheus; and how reads of a connector went."""

from ipaddress import ip_address
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials

from daemon.app.insight.metrics import metrics_now
from daemon.app.insight.sync_jobs import jobs_of
from daemon.http.answers.document import Page, answers
from daemon.http.answers.service import SyncJob
from daemon.http.asking import BEARER, AnyDoors, Operator, asking
from daemon.http.exposition import CONTENT_TYPE, exposed
from daemon.http.pages import Limit, from_cursor, page_of
from engine.operations.sync_jobs import sync_job_document

router = APIRouter(tags=["operations"])
FORWARDED = ("forwarded", "x-forwarded-for")
MOST_JOBS = 1000


class Exposition(Response):
    """What Prometheus reads."""

    media_type = CONTENT_TYPE


def _is_at_this_machine(request: Request) -> bool:
    """Tell whether it comes by a Unix socket or from loopback, and not for somebody behind a proxy."""
    if any(name in request.headers for name in FORWARDED):
        return False
    return request.client is None or not request.client.host or _is_loopback(request.client.host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _may_measure(
    request: Request,
    doors: AnyDoors,
    shown: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
) -> None:
    if shown is not None or not _is_at_this_machine(request):
        asking(doors, shown).must_be_operator("see that")


@router.get("/metrics", dependencies=[Depends(_may_measure)], response_class=Exposition)
def metrics(doors: AnyDoors) -> Response:
    """Show what Prometheus reads: from this machine, or with an operator's token."""
    access = doors.access
    samples = metrics_now(access.store, access.configuration, access.clock.now(), access.meters)
    return Exposition(exposed(samples))


@router.get("/v1/connectors/{name}/jobs", responses=answers(Page[SyncJob]))
def list_sync_jobs(
    name: str,
    doors: AnyDoors,
    operator: Operator,
    cursor: Annotated[str | None, Query(max_length=255)] = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """List a connector's reads that changed something, failed or lasted, newest first (operators)."""
    configured = doors.access.configuration.settings.connectors
    with doors.access.store.reading() as tx:
        found = [sync_job_document(one) for one in jobs_of(tx, name, configured, MOST_JOBS)]
    return page_of(from_cursor(found, cursor, "id"), limit, "id")
