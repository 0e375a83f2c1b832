"""The entities of the five schema documents, in gatherly's words."""
