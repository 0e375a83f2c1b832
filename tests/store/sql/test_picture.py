"""The picture in the documentation is the one of the code, and its words leave no table out."""

from pathlib import Path

from store.sql.schema import SCHEMA
from tests.store.sql.picture import diagram

PAGE = Path(__file__).parents[3] / "docs" / "model.md"


def test_the_documented_diagram_is_the_one_of_the_code() -> None:
    drawn = PAGE.read_text().partition("```mermaid\n")[2].partition("```")[0]
    assert drawn == diagram(), f"Put what tests.store.sql.picture.diagram() gives into {PAGE.name}"


def test_every_table_is_described() -> None:
    described = PAGE.read_text().partition("## How it is kept")[0]
    assert not [table for table in SCHEMA.tables if f"`{table}`" not in described]
