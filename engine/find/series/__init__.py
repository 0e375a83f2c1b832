"""Sessions that recur: every occurrence of a series is looked at before any of it is proposed."""
