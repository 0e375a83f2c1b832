"""Instants, spans, local time."""
