"""Which candidates are proposed: the best of as many local days as there are, then the best of the rest."""
