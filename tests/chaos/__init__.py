"""Processes that die at any step, calendars that fail, workers that fall asleep: the promise holds."""
