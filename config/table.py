"""What every table of the file has in common."""

from typing import Self

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of the file: unknown keys are errors, values do not change."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @classmethod
    def usual(cls) -> Self:
        """Give it as it is where the file says nothing of it.

        What reads and checks a table is made only where a default is written as the file would write it:
        most tables are in no file, and making it takes a command longer than all else that it does with them.
        """
        is_read = any(field.validate_default for field in cls.model_fields.values())
        return cls() if is_read else cls.model_construct()
