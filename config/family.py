"""What the configuration says of a family: `[calendars]`, `[resources]`, `[rules]` and `[family]`."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from config.table import Table
from config.values import refuse
from engine.bounds import LONGEST_LOCATION, LONGEST_NAME, MOST_CAPACITY
from engine.documents.rules import parse_constraint
from engine.errors import InputError
from engine.model.calendar import CalendarType, May, Visibility
from engine.model.constraint import DEFAULT_PRIORITY, Constraint, ConstraintLevel
from engine.model.resource import ResourceType


class FamilySettings(Table):
    """`[family]`: what becomes of conflicts."""

    resolve: Literal["suggest", "auto"] = "suggest"
    """`auto` moves by itself what is flexible and of lower priority; it can be undone for a day."""


class MemberTable(Table):
    """Somebody who shares a calendar, and what they may do there."""

    user: str = Field(min_length=1)
    may: May = May.WRITE


def _named(value: Any) -> Any:
    return {"user": value} if isinstance(value, str) else value


class CalendarSettings(Table):
    """`[calendars.NAME]`: a calendar of gatherly's own."""

    name: str | None = Field(default=None, min_length=1, max_length=LONGEST_NAME)
    """The name of the table unless set."""
    type: CalendarType = CalendarType.PERSONAL
    owner: str | None = Field(default=None, min_length=1)
    """The name of a `[users.…]` table; none for a family calendar."""
    members: tuple[Annotated[MemberTable, BeforeValidator(_named)], ...] = ()
    """Names, or tables like `{ user = "bob@example.com", may = "see" }`; of a shared calendar alone."""
    visibility: Visibility = Visibility.FAMILY
    mirror: str | None = Field(default=None, min_length=1)
    """A connector that writes: its calendar gets a copy of every confirmed event."""

    @model_validator(mode="after")
    def _owned(self) -> "CalendarSettings":
        if self.type is CalendarType.FAMILY and self.owner is not None:
            refuse("a family calendar belongs to everybody", "leave owner out, or make it personal or shared")
        if self.type is not CalendarType.FAMILY and self.owner is None:
            refuse(f"a {self.type} calendar needs an owner", "add owner, the name of a user")
        return self


class ResourceSettings(Table):
    """`[resources.NAME]`: something that people share."""

    name: str | None = Field(default=None, min_length=1, max_length=LONGEST_NAME)
    """The name of the table unless set."""
    type: ResourceType
    capacity: int = Field(default=1, ge=1, le=MOST_CAPACITY)
    """How many can use it at once."""
    attributes: Mapping[str, Any] = {}
    location: str | None = Field(default=None, max_length=LONGEST_LOCATION)


class RuleSettings(Table):
    """`[rules.NAME]`: a rule for everybody, as F2's Constraint document says it."""

    name: str | None = Field(default=None, min_length=1, max_length=LONGEST_NAME)
    """The name of the table unless set."""
    level: ConstraintLevel | None = None
    constraint_level: ConstraintLevel | None = None
    """F2's own word for `level`; one of the two is given."""
    priority: int = Field(default=DEFAULT_PRIORITY, ge=1, le=10)
    rule: Mapping[str, Any]
    active: bool = True

    @model_validator(mode="after")
    def _readable(self) -> "RuleSettings":
        if (self.level is None) == (self.constraint_level is None):
            refuse("level is missing, or given twice", 'write level = "hard" or level = "soft"')
        try:
            self.constraint("rule")
        except InputError as error:
            refuse(error.what, error.remedy)
        return self

    def constraint(self, name: str) -> Constraint:
        """Give the rule that the table of this name stands for."""
        level = self.level or self.constraint_level
        document = {
            "id": f"rules/{name}",
            "name": self.name or name,
            "constraintLevel": None if level is None else level.value,
            "priority": self.priority,
            "rule": self.rule,
            "active": self.active,
        }
        return parse_constraint(document)
