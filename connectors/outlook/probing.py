"""What `gatherly check` finds out about an account: it only reads."""

from connectors.context import ConnectorContext
from connectors.outlook.account import Account
from connectors.outlook.api import GraphApi, Resource
from connectors.outlook.directory import PRIMARY, SCHEDULE, Directory, is_primary, own_address
from connectors.outlook.options import OutlookOptions
from connectors.outlook.scopes import lacking
from engine.errors import GatherlyError, SourceExpiredError, SourceUnavailableError
from engine.ports.connector import Probe


def probe(
    api: GraphApi,
    directory: Directory,
    about: Account,
    options: OutlookOptions,
    context: ConnectorContext,
) -> Probe:
    """Ask for the calendars, and compare with what is configured; never raises `SourceError`."""
    try:
        entries = directory.entries()
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
    can_write, problems = _compare(entries, context)
    refused = _lacking(context, options)
    account = own_address(entries) or options.mailbox
    return Probe(
        reachable=True,
        authorised=not refused,
        can_write=can_write,
        clock_skew=api.http.skew(context.clock.now()),
        account=account,
        notes=(*((f"the account is {account}",) if account else ()), *_others(about, account)),
        problems=(*refused, *problems),
    )


def _others(about: Account, account: str | None) -> tuple[str, ...]:
    others = [one for one in about.addresses() if one != account]
    return (f"its further addresses are {', '.join(others)}",) if others else ()


def _compare(entries: list[Resource], context: ConnectorContext) -> tuple[bool, list[str]]:
    names = [name for one in entries for name in _names(one)]
    wanted = {*(context.read or ()), *((context.write,) if context.write else ())}
    problems = [
        f"the account has no calendar {name}. Compare with gatherly calendars {context.name}"
        if name not in names
        else f"{names.count(name)} calendars are called {name}. Name it by its id"
        for name in sorted(wanted)
        if names.count(name) != 1 and not name.startswith(SCHEDULE)
    ]
    editable = {name for one in entries if one.get("canEdit") for name in _names(one)}
    return context.write is not None and context.write in editable, problems


def _names(entry: Resource) -> set[str]:
    """Give everything that a calendar may be called in the configuration."""
    own = {str(PRIMARY)} if is_primary(entry) else set()
    return {str(entry.get("id")), str(entry.get("name")), *own}


def _with_hint(words: str, context: ConnectorContext, options: OutlookOptions) -> str:
    if not options.alone and context.grants is not None and context.grants.grant() is None:
        return f"nobody has connected it yet. Run gatherly connect {context.name}"
    return words


def _lacking(context: ConnectorContext, options: OutlookOptions) -> list[str]:
    """Tell which permissions a grant lacks for what is configured now: `write` may have been added since."""
    grant = None if context.grants is None or options.alone else context.grants.grant()
    if grant is None or not grant.scope:
        return []
    return [
        f"the grant lacks the permission {one}. Run gatherly connect {context.name}"
        for one in lacking(grant.scope, writes=context.write is not None)
    ]
