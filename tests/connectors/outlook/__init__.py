"""Outlook, against its stand-in."""
