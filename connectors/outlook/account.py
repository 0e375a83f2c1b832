"""What an account may tell of itself and its organisation besides calendars, where it was allowed to.

Neither is asked for by gatherly: an administrator may add `User.Read` and `Place.Read.All` to the app's
registration. https://learn.microsoft.com/graph/api/user-get and place-list
"""

from collections.abc import Callable

from connectors.context import ConnectorContext
from connectors.outlook.api import GraphApi, Resource
from connectors.outlook.options import OutlookOptions
from connectors.outlook.refusals import NotAllowedThereError, NotThereError
from connectors.owner import address_of
from engine.errors import SourceError

PROFILE, PLACES = "User.Read", "Place.Read.All"


class MailboxAccount:
    """One account; whatever it says is asked for once in a process, and nothing hangs on it."""

    def __init__(self, api: GraphApi, options: OutlookOptions, context: ConnectorContext) -> None:
        self._api = api
        self._alone = options.alone
        self._grants = context.grants
        self._told: dict[str, list[Resource]] = {}

    def addresses(self) -> list[str]:
        """Give every address whose mail is the account's: aliases, too."""
        found: list[str] = []
        for one in self._asked(PROFILE, lambda: [self._api.profile()]):
            proxies = one.get("proxyAddresses")
            told = [one.get("mail"), one.get("userPrincipalName"), *_texts(proxies, "smtp:")]
            found += [address_of(each) for each in told if isinstance(each, str)]
        return [one for one in dict.fromkeys(found) if one]

    def rooms(self) -> list[Resource]:
        """Give the organisation's rooms, each with its address."""
        rooms = self._asked(PLACES, self._api.rooms)
        return [one for one in rooms if address_of(str(one.get("emailAddress") or ""))]

    def _asked(self, permission: str, ask: Callable[[], list[Resource]]) -> list[Resource]:
        if permission not in self._told and self._may(permission):
            try:
                self._told[permission] = ask()
            except (NotAllowedThereError, NotThereError):
                self._told[permission] = []
            except SourceError:
                return []  # what hangs on it waits for the next time
        return self._told.get(permission, [])

    def _may(self, permission: str) -> bool:
        """Whether it is worth asking: a grant names its permissions, an app alone finds out."""
        if self._alone:
            return True
        grant = None if self._grants is None else self._grants.grant()
        held = {one.rpartition("/")[2].lower() for one in (grant.scope if grant else ())}
        return permission.lower() in held


def _texts(value: object, scheme: str) -> list[str]:
    texts = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
    return [one[len(scheme) :] for one in texts if one.lower().startswith(scheme)]
