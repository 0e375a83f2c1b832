"""What every table of the file has in common."""

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of the file: unknown keys are errors, values do not change."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
