"""Entities as the schema documents write them (camelCase JSON), and back."""
