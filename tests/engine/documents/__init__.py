"""Tests of the documents: entities to camelCase JSON and back."""
