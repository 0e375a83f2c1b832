"""A form sets what stands on it; what its person set elsewhere meanwhile stays."""

from daemon.app.accounts.settings import change_settings
from daemon.app.principal import Principal, Role
from engine.ids import UserId
from tests.daemon.http.asking import Asked, over
from tests.daemon.http.site.browsing import Browser
from tests.standins.busy_store import ChangedBefore

BOB = UserId("bob")


def test_the_form_of_hours_keeps_what_a_program_set_meanwhile(api: Asked) -> None:
    """The form knows nothing of the preferred duration, and must not take it back."""
    browser = Browser(api, "bob")
    fields = [("day", "monday"), ("monday-from", "09:00"), ("monday-to", "17:00"), ("bufferTime", "5")]
    fields += [("timezone", "UTC"), ("tentativeAs", "busy")]

    def by_program() -> None:
        wish = {"defaultPreferences": {"preferredDuration": 25}}
        change_settings(api.services.access, Principal(Role.USER, BOB), BOB, wish)

    with over(api, ChangedBefore(api.services.store, by_program)):
        assert browser.post("/people/bob/hours", fields).status_code == 303
    kept = api("bob", "GET", "/v1/me").json()["defaultPreferences"]
    assert (kept.get("preferredDuration"), kept["bufferTime"]) == (25, 5)
