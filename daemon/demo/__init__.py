"""The demonstration: four people, four kinds of calendars, one session from nothing to every calendar."""
