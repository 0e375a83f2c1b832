"""Sealed values open for one user, in one place, unchanged, and with the right key: otherwise never."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import VaultError
from engine.ids import UserId
from store.keys import Keyring
from store.vault import KeyVault
from tests.doubles.store.data_keys import HeldDataKeys

ALICE, BOB = UserId("alice"), UserId("bob")
PLACE = "calendar_objects.raw/office/one.ics"
KEY, OTHER = bytes(range(32)), bytes(32)


@pytest.fixture
def keys() -> HeldDataKeys:
    return HeldDataKeys()


@pytest.fixture
def vault(keys: HeldDataKeys) -> KeyVault:
    return KeyVault(Keyring(KEY), keys)


@given(plain=st.binary(max_size=300), place=st.text(max_size=40), user=st.text(max_size=40))
def test_what_is_sealed_opens_again(plain: bytes, place: str, user: str) -> None:
    vault = KeyVault(Keyring(KEY), HeldDataKeys())
    sealed = vault.seal(UserId(user), place, plain)
    assert vault.open(UserId(user), place, sealed) == plain


def test_a_record_tells_nothing_and_never_repeats(vault: KeyVault) -> None:
    first, second = (vault.seal(ALICE, PLACE, b"canary") for _ in range(2))
    assert first != second
    assert first.split(".")[0] == "gk1"
    assert "canary" not in first


def test_every_changed_character_is_refused(vault: KeyVault) -> None:
    sealed = vault.seal(ALICE, PLACE, b"a secret")
    for at, letter in enumerate(sealed):
        for other in {"A", "b", "-", "."} - {letter}:
            with pytest.raises(VaultError):
                vault.open(ALICE, PLACE, sealed[:at] + other + sealed[at + 1 :])


def test_every_cut_is_refused(vault: KeyVault) -> None:
    sealed = vault.seal(ALICE, PLACE, b"a secret")
    for length in range(len(sealed)):
        with pytest.raises(VaultError):
            vault.open(ALICE, PLACE, sealed[:length])
    for more in ("A", "=", ".", "\n"):
        with pytest.raises(VaultError):
            vault.open(ALICE, PLACE, sealed + more)


@pytest.mark.parametrize("length", range(4))
def test_a_value_has_one_text_and_padding_makes_no_other(vault: KeyVault, length: int) -> None:
    sealed = vault.seal(ALICE, PLACE, b"x" * length)
    for more in ("=", "==", "==="):
        with pytest.raises(VaultError):
            vault.open(ALICE, PLACE, sealed + more)


@pytest.mark.parametrize(
    "place", ["calendar_objects.raw/office/two.ics", "tokens.raw/office/one.ics", "", "x"]
)
def test_a_record_moved_to_another_row_or_column_is_refused(vault: KeyVault, place: str) -> None:
    sealed = vault.seal(ALICE, PLACE, b"a secret")
    with pytest.raises(VaultError):
        vault.open(ALICE, place, sealed)


def test_a_record_moved_to_another_user_is_refused(vault: KeyVault) -> None:
    sealed = vault.seal(ALICE, PLACE, b"a secret")
    vault.seal(BOB, PLACE, b"another")
    with pytest.raises(VaultError):
        vault.open(BOB, PLACE, sealed)


def test_another_users_data_key_cannot_be_put_in_place(keys: HeldDataKeys, vault: KeyVault) -> None:
    vault.seal(ALICE, PLACE, b"a secret")
    stolen = keys.get(ALICE)
    assert stolen is not None
    keys.add(BOB, stolen)
    with pytest.raises(VaultError):
        vault.seal(BOB, PLACE, b"another")


def test_another_master_key_opens_nothing(keys: HeldDataKeys, vault: KeyVault) -> None:
    sealed = vault.seal(ALICE, PLACE, b"a secret")
    with pytest.raises(VaultError, match="not in the keyring"):
        KeyVault(Keyring(OTHER), keys).open(ALICE, PLACE, sealed)


def test_without_its_data_key_nothing_of_a_user_opens(keys: HeldDataKeys, vault: KeyVault) -> None:
    sealed = vault.seal(ALICE, PLACE, b"a secret")
    keys.drop(ALICE)
    fresh = vault.over(keys)
    with pytest.raises(VaultError, match="erased"):
        fresh.open(ALICE, PLACE, sealed)
    fresh.seal(ALICE, PLACE, b"later")
    with pytest.raises(VaultError, match="no longer there"):
        fresh.open(ALICE, PLACE, sealed)


def test_a_new_master_key_wraps_the_data_keys_and_what_they_sealed_stays(
    keys: HeldDataKeys, vault: KeyVault
) -> None:
    sealed = vault.seal(ALICE, PLACE, b"a secret")
    before = keys.get(ALICE)
    assert before is not None
    keys.add(ALICE, KeyVault(Keyring(OTHER, KEY), keys).rewrap(ALICE, before))
    assert KeyVault(Keyring(OTHER), keys).open(ALICE, PLACE, sealed) == b"a secret"
    with pytest.raises(VaultError):
        vault.over(keys).open(ALICE, PLACE, sealed)


def test_a_vault_outside_a_store_gives_ids_and_seals_nothing() -> None:
    vault = KeyVault(Keyring(KEY))
    assert vault.identifier("v1|s1|alice") == KeyVault(Keyring(KEY)).identifier("v1|s1|alice")
    assert vault.identifier("v1|s1|alice") != KeyVault(Keyring(OTHER)).identifier("v1|s1|alice")
    assert len(vault.identifier("")) == 32
    with pytest.raises(VaultError, match="transaction of the store"):
        vault.seal(ALICE, PLACE, b"a secret")
