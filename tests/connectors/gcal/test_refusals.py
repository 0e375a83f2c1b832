"""What each error answer of Google means, to a read and to a write: status by status, reason by reason."""

import pytest

from connectors.gcal.refusals import (
    Refusal,
    TokenTooOldError,
    WriteLimitError,
    is_rate,
    read_error,
    write_error,
)
from engine.errors import (
    SourceError,
    SourceExpiredError,
    SourceUnavailableError,
    WriteAmbiguousError,
    WriteConflictError,
    WriteRefusedError,
)

LATER, EXPIRED, REFUSED = SourceUnavailableError, SourceExpiredError, WriteRefusedError
CONFLICT, UNSURE = WriteConflictError, WriteAmbiguousError

ANSWERS: dict[tuple[int, str], tuple[type[SourceError], type[SourceError], bool]] = {
    # status and reason: to a read, to a write, and whether it asks to be asked less
    (400, "invalid"): (LATER, REFUSED, False),
    (401, "authError"): (EXPIRED, EXPIRED, False),
    (403, "rateLimitExceeded"): (LATER, LATER, True),
    (403, "userRateLimitExceeded"): (LATER, LATER, True),
    (403, "dailyLimitExceeded"): (LATER, LATER, True),
    (403, "quotaExceeded"): (LATER, LATER, True),
    (403, "insufficientPermissions"): (EXPIRED, EXPIRED, False),
    (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"): (EXPIRED, EXPIRED, False),
    (403, "accessNotConfigured"): (LATER, LATER, False),
    (403, "SERVICE_DISABLED"): (LATER, LATER, False),
    (403, "forbidden"): (LATER, REFUSED, False),
    (403, "requiredAccessLevel"): (LATER, REFUSED, False),
    (404, "notFound"): (LATER, REFUSED, False),
    (409, "duplicate"): (LATER, CONFLICT, False),
    (410, "updatedMinTooLongAgo"): (TokenTooOldError, CONFLICT, False),
    (412, "conditionNotMet"): (LATER, CONFLICT, False),
    (429, "rateLimitExceeded"): (LATER, LATER, True),
    (429, ""): (LATER, LATER, True),
    (500, "backendError"): (LATER, UNSURE, False),
    (502, ""): (LATER, UNSURE, False),
    (503, "backendError"): (LATER, UNSURE, False),
    (599, ""): (LATER, UNSURE, False),
}


@pytest.mark.parametrize(("status", "reason"), ANSWERS)
def test_what_an_answer_means(status: int, reason: str) -> None:
    read, write, rate = ANSWERS[status, reason]
    refusal = Refusal(status, reason, "its words")
    assert type(read_error(refusal, "here")) is read
    assert type(write_error(refusal, "here")) is write
    assert is_rate(refusal) is rate


@pytest.mark.parametrize(("status", "reason"), [(403, "rateLimitExceeded"), (429, ""), (500, ""), (503, "")])
def test_what_it_asks_to_wait_is_waited(status: int, reason: str) -> None:
    error = read_error(Refusal(status, reason, "", retry_after=9), "here")
    assert isinstance(error, SourceUnavailableError)
    assert error.retry_after == 9


def test_a_limit_on_writing_is_one_on_writing_alone() -> None:
    refusal = Refusal(403, "quotaExceeded", "Calendar usage limits exceeded.", retry_after=60)
    assert type(write_error(refusal, "here")) is WriteLimitError
    assert type(read_error(refusal, "here")) is SourceUnavailableError


def test_a_refusal_says_what_google_said() -> None:
    error = write_error(Refusal(403, "forbidden", "w" * 500), "here")
    assert isinstance(error, WriteRefusedError)
    assert "here: Google answered 403: " + "w" * 200 + " (forbidden)" in str(error)
    assert error.code == "forbidden"
