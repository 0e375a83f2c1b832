"""Events and resources of a family."""
