"""Use cases: what people and their programs ask, one verb each, whichever door they come by."""
