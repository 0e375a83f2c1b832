"""Rules that guide scheduling: of a person, of a resource, of everybody; the files' beside the stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from config.custom_rules import INSTALLED
from daemon.app.family.desk import Family
from daemon.family.agendas import AHEAD
from daemon.family.finding import look_at_people, look_at_users_of
from engine.documents.family import rule_document
from engine.documents.rules import parse_constraint
from engine.errors import InputError, NotAllowedError, UnknownThingError
from engine.family.agenda import resource_subject
from engine.ids import UserId
from engine.model.constraint import DEFAULT_PRIORITY, Constraint, ConstraintLevel
from engine.ports.store import Transaction
from engine.rules.checkable import checkable
from engine.time.span import Instant, Span

EVERYBODY = "all"
_RESOURCE = "resource:"


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyRules(Family):
    """Takes what people ask of rules; whom they concern is a user, `resource:ID`, or `all`."""

    def listed(self, whom: str | None = None) -> list[dict[str, Any]]:
        """Give the rules of one, or all there are that may be seen, by name.

        Raises:
            UnknownThingError: there is no such user or resource.
        """
        with self.store.reading() as tx:
            subject = None if whom is None else self._subject(tx, whom)
            rules = [one for one in self._all(tx) if whom is None or one.user == subject]
            shown = [one for one in rules if one.user is None or not self._is_others(one.user)]
            return [rule_document(one) for one in sorted(shown, key=lambda one: (one.name, one.id))]

    def _is_others(self, user: UserId) -> bool:
        return not user.startswith(_RESOURCE) and self.principal.is_other_than(user)

    def _all(self, tx: Transaction) -> list[Constraint]:
        stored = {one.id: one for one in tx.repositories.constraints.all()}
        files = {one.id: one for one in self.policy.rules}
        off = {name for name, one in stored.items() if not one.active}
        configured = {name: replace(one, active=name not in off) for name, one in files.items()}
        return list({**stored, **configured}.values())

    def _subject(self, tx: Transaction, whom: str) -> UserId | None:
        if whom == EVERYBODY:
            return None
        if whom.startswith(_RESOURCE):
            name = whom.removeprefix(_RESOURCE)
            if tx.repositories.resources.get(name) is None:
                raise UnknownThingError(
                    f"There is no resource {name!r}", "`gatherly resource list` shows them"
                )
            return resource_subject(name)
        return self.user(tx, whom).id

    def show(self, name: str) -> dict[str, Any]:
        """Give a rule by its id.

        Raises:
            UnknownThingError: there is none.
        """
        with self.store.reading() as tx:
            return rule_document(self._found(tx, name))

    def _found(self, tx: Transaction, name: str) -> Constraint:
        for one in self._all(tx):
            if one.id == name and (one.user is None or not self._is_others(one.user)):
                return one
        raise UnknownThingError(f"There is no rule {name!r}", "`gatherly rule list` shows them")

    def add(
        self,
        whom: str,
        name: str,
        level: ConstraintLevel,
        rule: Mapping[str, Any],
        priority: int = DEFAULT_PRIORITY,
    ) -> dict[str, Any]:
        """Add a rule, or put another in its place: names are one's own.

        Raises:
            InputError: it cannot be read, or cannot be checked and would block.
        """

        def do(tx: Transaction, now: Instant) -> dict[str, Any]:
            subject = self._subject(tx, whom)
            self._must_rule(subject)
            document = {"id": "rule", "name": name, "level": level.value, "rule": rule, "priority": priority}
            made = checkable(parse_constraint(document), INSTALLED)
            known = next((one for one in self._all(tx) if one.user == subject and one.name == name), None)
            if known is not None and known.version == 0:
                raise InputError(f"The rule {name!r} stands in the configuration", "Change it there")
            fresh = replace(
                made,
                id=self.randomness.token() if known is None else known.id,
                user=subject,
                created_at=now if known is None else known.created_at,
                updated_at=now,
                version=0 if known is None else known.version,
            )
            stored = tx.repositories.constraints.put(fresh)
            self._after(tx, "create" if known is None else "update", known, stored, now)
            return rule_document(stored)

        return self.changing(do, f"The rule {name}")

    def off(self, whom: str, name: str) -> dict[str, Any]:
        """Switch a rule off; one of the configuration stays off until it is switched on again.

        Raises:
            UnknownThingError: there is none of this name.
        """
        with self.store.reading() as tx:
            subject = self._subject(tx, whom)
            found = next((one for one in self._all(tx) if one.user == subject and one.name == name), None)
        if found is None:
            raise UnknownThingError(f"There is no rule {name!r}", f"`gatherly rule list {whom}` shows them")
        return self.switch(found.id, active=False)

    def switch(self, rule_id: str, *, active: bool) -> dict[str, Any]:
        """Put a rule in or out of force."""

        def do(tx: Transaction, now: Instant) -> dict[str, Any]:
            before = self._found(tx, rule_id)
            self._must_rule(before.user)
            kept = tx.repositories.constraints.get(rule_id)
            after = replace(
                before, active=active, updated_at=now, version=0 if kept is None else kept.version
            )
            stored = tx.repositories.constraints.put(after)
            self._after(tx, "update", before, stored, now)
            return rule_document(stored)

        return self.changing(do, "The rule")

    def _must_rule(self, subject: UserId | None) -> None:
        if subject is not None and not subject.startswith(_RESOURCE):
            if self.principal.is_other_than(subject):
                raise NotAllowedError(f"You may not rule over {subject}", "Make rules for yourself")
            return
        self.principal.must_be_operator("make rules for everybody")

    def _after(
        self, tx: Transaction, action: str, before: Constraint | None, after: Constraint, now: Instant
    ) -> None:
        old = None if before is None else rule_document(before)
        self.log(tx, action, "rule", after.id, old, rule_document(after))
        window = Span(now, now + AHEAD)
        if after.user is not None and after.user.startswith(_RESOURCE):
            resource = after.user.removeprefix(_RESOURCE)
            look_at_users_of(tx, self.policy, resource, window, f"rule.{action}", now)
            return
        users = [one.id for one in tx.users.all()] if after.user is None else [after.user]
        look_at_people(tx, self.policy, users, window, f"rule.{action}", now)
        self.wake(tx, users, now)
