"""Each of F4's business rules and demands of security has its tests, by name: one that goes is missed."""

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
BUSINESS_RULES = """
1. **Data Isolation**: All user data is strictly isolated by `user_id`
2. **Soft Deletes**: Contacts can be archived instead of deleted
3. **Relationship Symmetry**: Relationships are bidirectional but stored once
4. **Interest Decay**: Interest confidence scores decay over time without reinforcement
5. **Token Security**: OAuth tokens are encrypted at rest
6. **Audit Compliance**: All data modifications are logged
"""
SECURITY = """
- **At Rest**: Sensitive fields (tokens, personal data) encrypted using AES-256
- **In Transit**: All connections use TLS 1.3
- **Application**: Field-level encryption for PII
- **Row-Level Security**: PostgreSQL RLS enforces user data isolation
- **API Authentication**: JWT tokens with short expiration
- **Audit Trail**: Complete logging of all data access
- **GDPR**: Right to be forgotten implemented via cascading deletes
- **Data Minimization**: Only necessary data is stored
- **Consent Management**: User privacy settings control data usage
"""
"""F4's own words, whole."""
PEOPLE, MEANING = "daemon/relations/test_people.py", "daemon/relations/test_meaning.py"
ERASED = "daemon/relations/test_erased.py"
FORCE = "daemon/relations/test_rules_in_force.py"
TESTED: Mapping[str, tuple[str, ...]] = {
    "Data Isolation": (
        f"{PEOPLE}::test_every_kind_is_created_read_updated_and_deleted_by_its_owner_alone",
        f"{PEOPLE}::test_search_finds_people_meetings_and_notes_of_ones_own_alone",
        "daemon/relations/test_entries.py::test_every_kind_is_entered_read_changed_and_removed_by_its_owner",
        "store/sql/database/test_own_contacts.py::test_everybody_sees_their_own_and_nobody_elses",
    ),
    "Soft Deletes": (f"{FORCE}::test_who_is_put_away_is_kept_whole_and_comes_back",),
    "Relationship Symmetry": (
        f"{PEOPLE}::test_a_relationship_is_kept_once_the_smaller_id_first",
        "engine/relations/test_laws.py::test_a_tie_is_bounded_symmetric_and_grows_with_each_meeting",
        "engine/relations/test_laws.py::test_mutual_connections_are_the_same_from_either_side",
    ),
    "Interest Decay": (
        "engine/relations/test_laws.py::test_an_interest_fades_and_grows_within_bounds",
        f"{FORCE}::test_an_interest_that_is_not_met_again_fades_in_the_store",
    ),
    "Token Security": (
        "daemon/commands/test_connect.py::test_an_imported_grant_is_sealed_and_used_at_once",
        "store/test_vault.py::test_a_record_tells_nothing_and_never_repeats",
    ),
    "Audit Compliance": (
        f"{FORCE}::test_every_change_of_every_kind_is_in_the_log",
        f"{PEOPLE}::test_views_and_exports_are_in_the_log_and_hold_nothing_in_clear",
    ),
    "At Rest": (
        f"{FORCE}::test_nothing_of_a_person_lies_in_clear",
        f"{MEANING}::test_texts_and_places_lie_sealed_and_are_handed_out_and_go",
        "store/test_vault.py::test_every_changed_character_is_refused",
    ),
    "In Transit": (
        "daemon/http/test_tls.py::test_older_than_tls_1_3_is_not_spoken",
        "connectors/web/test_http.py::test_certificates_are_checked_against_the_name",
    ),
    "Application": (
        f"{FORCE}::test_nothing_of_a_person_lies_in_clear",
        "store/test_vault.py::test_a_record_moved_to_another_row_or_column_is_refused",
    ),
    "Row-Level Security": (
        "store/sql/database/test_own_contacts.py::test_everybody_sees_their_own_and_nobody_elses",
        "store/sql/database/test_own_contacts.py::test_no_statement_goes_round_it",
        "store/sql/database/test_postgres.py::test_whoever_names_no_user_sees_no_row_of_any_table",
        "store/sql/database/test_postgres.py::test_row_security_binds_even_the_owner",
    ),
    "API Authentication": (
        "daemon/http/test_tokens.py::test_a_token_says_whose_it_is_for_whom_and_how_long",
        "daemon/http/test_tokens.py::test_a_token_ends_by_time_with_its_user_and_in_another_installation",
    ),
    "Audit Trail": (f"{PEOPLE}::test_views_and_exports_are_in_the_log_and_hold_nothing_in_clear",),
    "GDPR": (
        f"{PEOPLE}::test_everything_goes_with_its_user_and_nothing_of_others",
        f"{PEOPLE}::test_whoever_is_erased_everywhere_is_in_nobodys_contacts_and_stays_away",
        f"{ERASED}::test_nothing_of_whoever_is_erased_everywhere_is_in_the_store_or_a_backup",
    ),
    "Data Minimization": (
        f"{PEOPLE}::test_who_was_met_often_enough_is_a_contact_and_nobody_else",
        f"{PEOPLE}::test_off_every_route_names_the_key_and_nothing_is_derived",
    ),
    "Consent Management": (f"{FORCE}::test_whoever_wants_no_contacts_has_none",),
}


def rules() -> list[str]:
    """Give the names of F4's rules, as it writes them."""
    return [line.split("**")[1] for line in (BUSINESS_RULES + SECURITY).splitlines() if "**" in line]


def functions_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / path).read_text())
    return {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}


def test_every_rule_is_in_the_table() -> None:
    assert sorted(rules()) == sorted(TESTED)
    assert len(rules()) == 15


@pytest.mark.parametrize("rule", TESTED)
def test_every_rule_has_its_tests(rule: str) -> None:
    missing = [
        one for one in TESTED[rule] if one.partition("::")[2] not in functions_of(one.partition("::")[0])
    ]
    assert TESTED[rule]
    assert missing == []
