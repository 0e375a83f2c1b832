"""Notices on their way: worded for their readers, and handed to mail, channels and webhooks."""
