"""A quarter of a year in minutes: the whole daemon on a virtual clock, with everything that people do."""
