"""Commands for those who come in from outside."""
