"""What `gatherly check` finds out about a Google connector, the causes told apart."""

from connectors.context import ConnectorContext
from connectors.gcal.api import CalendarApi, Resource
from connectors.gcal.options import GoogleOptions
from connectors.gcal.scopes import lacking
from engine.errors import GatherlyError, SourceExpiredError, SourceUnavailableError
from engine.ports.connector import Probe

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
            clock_skew=api.http.skew(context.clock.now()),
            problems=(_with_hint(str(error), context, options),),
        )
    except SourceUnavailableError as error:
        skew = api.http.skew(context.clock.now())
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
    refused = _lacking(context)
    problems = [*refused, *problems]
    return Probe(
        reachable=True,
        authorised=not refused,
        can_write=can_write,
        clock_skew=api.http.skew(context.clock.now()),
        notes=_account(items),
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


def _lacking(context: ConnectorContext) -> list[str]:
    """Tell which scopes a grant lacks for what is configured now: `write` may have been added since."""
    grant = None if context.grants is None else context.grants.grant()
    if grant is None or not grant.scope:
        return []
    return [
        f"the grant lacks the scope {scope}. Run gatherly connect {context.name}, and leave every box ticked"
        for scope in lacking(grant.scope, context.write is not None)
    ]


def _account(items: list[Resource]) -> tuple[str, ...]:
    return tuple(f"the account is {item.get('id')}" for item in items if item.get("primary"))
