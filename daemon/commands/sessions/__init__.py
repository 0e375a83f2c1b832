"""Commands that speak of sessions and of times for them."""
