"""Two add tags and addresses to one contact at once; all of them are kept."""

from dataclasses import replace

from daemon.app.relations.contacts import Contacts
from tests.daemon.http.asking import Asked
from tests.daemon.relations.acquainted import desk, known
from tests.standins.busy_store import ChangedBefore


def test_tags_and_addresses_that_two_add_at_once_are_all_kept(own: Asked) -> None:
    zoe = known(own)["zoe"]["id"]

    def over_http() -> None:
        body = {"tags": ["friend"], "emails": ["zoe@x.example", "zoe@home.example"]}
        assert own("alice", "PATCH", f"/v1/contacts/{zoe}", body).is_success

    mine = desk(own)
    busy = ChangedBefore(own.services.store, over_http)
    access = replace(mine.access, store=busy)  # type: ignore[type-var] # a StoreAccess
    by_command = Contacts(replace(mine, access=access))
    by_command.retag(zoe, ["climber"], (), {"emails": ("zoe@work.example",)})
    kept = own("alice", "GET", f"/v1/contacts/{zoe}").json()
    assert set(kept["tags"]) == {"friend", "climber"}
    assert set(kept["emails"]) == {"zoe@x.example", "zoe@home.example", "zoe@work.example"}
