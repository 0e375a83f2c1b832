"""The conditions of partial indexes, in a dialect's own words."""

from store.sql.schema import SCHEMA


def say_conditions(dialect: str) -> None:
    """Have the indexes that the code knows be made of those rows alone that they are for."""
    for table in SCHEMA.tables.values():
        for index in table.indexes:
            if "where" in index.info:
                index.dialect_kwargs[f"{dialect}_where"] = index.info["where"]
