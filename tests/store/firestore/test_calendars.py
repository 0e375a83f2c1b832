"""Each user's `calendars[]` tells when what was read."""

from dataclasses import replace
from datetime import UTC, datetime

from google.cloud.firestore import Client

from engine.model.user import CalendarConnection, Provider
from store.firestore.store import FirestoreStore
from tests.contracts.stores.samples import NOON, key, plan, user
from tests.store.firestore.shared import InStep

OF_THE_APP = CalendarConnection(provider=Provider.APPLE, calendar_id="home", synced_at=NOON - 9)


def test_acc_17_synced_at_is_kept_true_and_an_apps_own_calendars_stay(
    live: FirestoreStore, client: Client
) -> None:
    store = InStep(live, client)
    with store.writing() as work:
        work.users.put(replace(user(), calendars=(OF_THE_APP,)))
    read = plan("one.ics")
    for at in (NOON, NOON + 300):
        with store.writing() as work:
            before = work.calendars.get(read.calendar.key)
            based_on = 0 if before is None else before.version
            work.calendars.apply(
                replace(read, based_on=based_on, calendar=replace(read.calendar, synced_at=at))
            )
        assert calendars(client) == [
            {"provider": "apple", "calendarId": "home", "isPrimary": False, "readOnly": False}
            | {"syncedAt": datetime.fromtimestamp(NOON - 9, UTC)},
            {"provider": "google", "calendarId": str(key().calendar)}
            | {"isPrimary": read.calendar.is_primary, "readOnly": read.calendar.read_only}
            | {"syncedAt": datetime.fromtimestamp(at, UTC)},
        ]
    with store.writing() as work:
        work.calendars.forget(key())
    assert [one["calendarId"] for one in calendars(client)] == ["home"]


def calendars(client: Client) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (client.document("users/alice").get().to_dict() or {})["calendars"]
    return found
