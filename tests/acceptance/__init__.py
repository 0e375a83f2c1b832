"""The scenarios of the schema documents, by the numbers of the acceptance list."""
