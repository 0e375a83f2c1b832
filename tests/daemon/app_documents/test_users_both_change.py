"""Somebody sets something here while an app changes something else of them: both stand."""

from typing import Any

import pytest

from daemon.app.accounts.settings import change_settings
from daemon.app.principal import Principal, Role
from engine.ids import UserId
from tests.daemon.app_documents.app import App
from tests.worlds.folder_world import FolderWorld


def set_zone_while_the_app_changes(app: App, world: FolderWorld, who: str, **fields: Any) -> None:
    """Have an app's change lie there, unread, as somebody sets their zone; then have it read."""
    user = UserId(who)
    with world.services() as services:
        assert services.app_documents is not None
        app.client.document(f"users/{who}").update(fields)
        change_settings(services.access, Principal(Role.USER, user), user, {"timezone": "Europe/Berlin"})
        services.app_documents.look()
    world.run_once()


@pytest.mark.parametrize("who", ["dora", "alice"])
def test_what_each_changed_of_a_user_stands(app: App, world: FolderWorld, who: str) -> None:
    """Dora was made by an app; Alice has a table of the configuration's, which tells her zone."""
    app.user("dora")
    world.run_once()
    set_zone_while_the_app_changes(app, world, who, avatarURL="https://x.example/me.png")
    with world.services() as services, services.store.reading() as tx:
        found = tx.users.get(UserId(who))
    assert found is not None
    assert (found.avatar_url, found.timezone) == ("https://x.example/me.png", "Europe/Berlin")
    there = app.read(f"users/{who}")
    assert (there["avatarURL"], there["timezone"]) == ("https://x.example/me.png", "Europe/Berlin")


def test_of_one_field_that_both_changed_the_apps_word_is_the_later(app: App, world: FolderWorld) -> None:
    app.user("dora")
    world.run_once()
    set_zone_while_the_app_changes(app, world, "dora", timezone="Asia/Tokyo")
    assert app.read("users/dora")["timezone"] == "Asia/Tokyo"
