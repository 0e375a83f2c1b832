"""What `gatherly check` says of an account that lives on a provider's consent: causes told apart."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from connectors.context import ConnectorContext
from connectors.web.dated import DatedHttp
from connectors.web.trust import spoken
from engine.errors import GatherlyError, SourceExpiredError, SourceUnavailableError
from engine.ports.connector import Probe

T = TypeVar("T")
_REFUSED = Probe(reachable=False, authorised=False, can_write=False)


def probed(
    ask: Callable[[], T],
    found: Callable[[T], Probe],
    http: DatedHttp,
    context: ConnectorContext,
    *,
    by_consent: bool,
) -> Probe:
    """Ask a provider, and say what came of it; never raises `SourceError`.

    `found` reads its answer, without what is told of every provider: its clock, and how it is spoken to.
    """
    try:
        answer = ask()
    except GatherlyError as error:
        skew = http.skew(context.clock.now())
        if isinstance(error, SourceExpiredError):
            words = _with_hint(str(error), context, by_consent=by_consent)
            return replace(_REFUSED, reachable=True, clock_skew=skew, problems=(words,))
        away = isinstance(error, SourceUnavailableError)
        return replace(
            _REFUSED,
            reachable=away and skew is not None,
            clock_skew=skew if away else None,
            problems=(str(error),),
        )
    told = found(answer)
    notes = (*((f"the account is {told.account}",) if told.account else ()), *told.notes, spoken(http.tls))
    return replace(told, clock_skew=http.skew(context.clock.now()), notes=notes)


def _with_hint(words: str, context: ConnectorContext, *, by_consent: bool) -> str:
    if by_consent and context.grants is not None and context.grants.grant() is None:
        return f"nobody has connected it yet. Run gatherly connect {context.name}"
    return words
