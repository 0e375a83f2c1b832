"""Reads that are told of as SyncJob documents (F4): those that change something, fail or take their time."""

from dataclasses import replace
from typing import Any

from engine.model.calendar import CalendarAccount
from engine.model.operations import SyncJob, SyncJobStatus, SyncJobType
from engine.text.plain_text import one_line
from engine.time.instant import format_instant
from engine.time.span import Instant

LASTING = 1.0
"""Seconds after which a read is told of while it goes on, and when it is over, whatever it brings."""
_ALMOST = 99
BROKEN_OFF = "It was broken off: the daemon ended before it was over. What is left is read again"


def begun(name: str, account: CalendarAccount, now: Instant) -> SyncJob:
    """Give the job of a read that begins; of what was never read everything is."""
    return SyncJob(
        id=name,
        user_id=account.user_id,
        connector=account.connector,
        job_type=SyncJobType.FULL if account.last_success is None else SyncJobType.INCREMENTAL,
        status=SyncJobStatus.RUNNING,
        started_at=now,
        created_at=now,
    )


def counted(job: SyncJob, *, calendars: int, read: int, brought: int, stored: int) -> SyncJob:
    """Give it with how far it has come: of its calendars so many are read, and items came and were stored.

    How many items there are is known once the last calendar has been read.
    """
    share = 100 * read // calendars if calendars else 0
    return replace(
        job,
        progress_percentage=min(_ALMOST, share),
        items_processed=stored,
        items_total=brought if read >= calendars else None,
    )


def in_full(job: SyncJob) -> SyncJob:
    """Give it as one that read everything anew."""
    return replace(job, job_type=SyncJobType.FULL)


def ended(job: SyncJob, error: str | None, now: Instant) -> SyncJob:
    """Give it as it stands once the read is over, well or with an error."""
    if error is not None:
        failed = replace(job, status=SyncJobStatus.FAILED, error_message=one_line(error))
        return replace(failed, completed_at=now)
    return replace(
        job,
        status=SyncJobStatus.COMPLETED,
        progress_percentage=100,
        items_total=job.items_processed,
        completed_at=now,
    )


def broken_off(job: SyncJob, now: Instant) -> SyncJob:
    """Give it as one whose daemon ended meanwhile."""
    return replace(job, status=SyncJobStatus.CANCELLED, error_message=BROKEN_OFF, completed_at=now)


def is_told(job: SyncJob, seconds: float) -> bool:
    """Tell whether a read is worth a document: an idle poll writes none."""
    return job.items_processed > 0 or job.status is SyncJobStatus.FAILED or seconds > LASTING


def sync_job_document(job: SyncJob) -> dict[str, Any]:
    """Give the JSON of one; `itemsTotal` is null while it is not known."""
    return {
        "id": job.id,
        "userId": job.user_id,
        "connector": job.connector,
        "jobType": job.job_type.value,
        "status": job.status.value,
        "progressPercentage": job.progress_percentage,
        "itemsProcessed": job.items_processed,
        "itemsTotal": job.items_total,
        "errorMessage": job.error_message,
        "startedAt": _text(job.started_at),
        "completedAt": _text(job.completed_at),
        "metadata": dict(job.metadata),
        "createdAt": _text(job.created_at),
    }


def _text(at: Instant | None) -> str | None:
    return None if at is None else format_instant(at)
