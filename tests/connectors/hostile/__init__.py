"""Hostile servers and folders, and what reading them costs."""
