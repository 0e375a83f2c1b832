"""Outlook and Microsoft 365, by Microsoft Graph."""
