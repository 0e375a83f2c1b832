"""Invitations by mail (`kind = "email"`)."""
