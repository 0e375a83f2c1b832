"""What `gatherly check` finds out about a Google connector, the causes told apart."""

from email.utils import parsedate_to_datetime

from connectors.context import ConnectorContext
from connectors.gcal.api import CalendarApi, Resource
from connectors.gcal.options import GoogleOptions
from engine.errors import GatherlyError, SourceExpiredError, SourceUnavailableError
from engine.ports import Probe

WRITERS = frozenset({"writer", "writerWithoutPrivateAccess", "owner"})
PRIMARY = "primary"


def probe(api: CalendarApi, options: GoogleOptions, context: ConnectorContext) -> Probe:
    """Ask for the calendars, and compare with what is configured; never raises `SourceError`."""
    try:
        items = api.calendar_list()
    except SourceExpiredError as error:
        return Probe(
            reachable=True,
            authorised=False,
            can_write=False,
            clock_skew=_skew(api, context),
            problems=(_with_hint(str(error), context, options),),
        )
    except SourceUnavailableError as error:
        skew = _skew(api, context)
        return Probe(
            reachable=skew is not None,
            authorised=False,
            can_write=False,
            clock_skew=skew,
            problems=(str(error),),
        )
    except GatherlyError as error:
        return Probe(reachable=False, authorised=False, can_write=False, problems=(str(error),))
    can_write, problems = _compare(items, context)
    return Probe(
        reachable=True,
        authorised=True,
        can_write=can_write,
        clock_skew=_skew(api, context),
        problems=tuple(problems),
    )


def _compare(items: list[Resource], context: ConnectorContext) -> tuple[bool, list[str]]:
    roles = {str(item.get("id")): str(item.get("accessRole")) for item in items}
    primary = next((str(item.get("accessRole")) for item in items if item.get("primary")), None)
    roles |= {PRIMARY: primary} if primary else {}
    wanted = {*(context.read or ()), *((context.write,) if context.write else ())}
    problems = [
        f"the account has no calendar {name}. Compare with gatherly calendars {context.name}"
        for name in sorted(wanted - roles.keys())
    ]
    return context.write is not None and roles.get(context.write) in WRITERS, problems


def _with_hint(words: str, context: ConnectorContext, options: GoogleOptions) -> str:
    if (
        options.client_secret_file is not None
        and context.grants is not None
        and context.grants.grant() is None
    ):
        return f"nobody has connected it yet. Run gatherly connect {context.name}"
    return words


def _skew(api: CalendarApi, context: ConnectorContext) -> int | None:
    if api.http.last_date is None:
        return None
    try:
        return context.clock.now() - int(parsedate_to_datetime(api.http.last_date).timestamp())
    except (ValueError, TypeError):
        return None
