"""The one way out, and addresses."""
