"""Commands of the family's calendar."""
