"""Changes of the schema, one direction at a time."""
