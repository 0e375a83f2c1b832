"""People with known preferences, to try what is learned; the learner never sees what they are made of."""
