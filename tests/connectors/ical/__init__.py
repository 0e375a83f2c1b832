"""Tests of the iCalendar family."""
