"""What `gatherly check` finds out about an account: it only reads."""

from functools import partial

from connectors.context import ConnectorContext
from connectors.outlook.account import MailboxAccount
from connectors.outlook.api import GraphApi, Resource
from connectors.outlook.directory import PRIMARY, SCHEDULE, Directory, is_primary, own_address
from connectors.outlook.options import OutlookOptions
from connectors.outlook.scopes import lacking
from connectors.probing import probed
from engine.ports.connector import Probe


def probe(
    api: GraphApi,
    directory: Directory,
    about: MailboxAccount,
    options: OutlookOptions,
    context: ConnectorContext,
) -> Probe:
    """Ask for the calendars, and compare with what is configured; never raises `SourceError`."""
    found = partial(_found, about, options, context)
    return probed(directory.entries, found, api.http.way_out, context, by_consent=not options.alone)


def _found(
    about: MailboxAccount, options: OutlookOptions, context: ConnectorContext, entries: list[Resource]
) -> Probe:
    can_write, problems = _compare(entries, context)
    refused = _lacking(context, options)
    account = own_address(entries) or options.mailbox
    return Probe(
        reachable=True,
        authorised=not refused,
        can_write=can_write,
        account=account,
        notes=_others(about, account),
        problems=(*refused, *problems),
    )


def _others(about: MailboxAccount, account: str | None) -> tuple[str, ...]:
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


def _lacking(context: ConnectorContext, options: OutlookOptions) -> list[str]:
    """Tell which permissions a grant lacks for what is configured now: `write` may have been added since."""
    grant = None if context.grants is None or options.alone else context.grants.grant()
    if grant is None or not grant.scope:
        return []
    return [
        f"the grant lacks the permission {one}. Run gatherly connect {context.name}"
        for one in lacking(grant.scope, writes=context.write is not None)
    ]
