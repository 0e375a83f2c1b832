"""What the answers over HTTP hold, as types: one module a noun."""
