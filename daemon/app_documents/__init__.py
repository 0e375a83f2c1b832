"""Keeping in step with the documents that apps read and write."""
