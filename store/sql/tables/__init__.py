"""The tables, one file a subject; `schema` knows them all."""
