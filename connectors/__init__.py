"""Providers translated into the engine's words, one folder a family."""
