"""The configuration: what may stand in it, and what is said when it is wrong."""
