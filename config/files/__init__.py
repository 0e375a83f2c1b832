"""How the files of a configuration are read: layers, merging, lines, and what to do about mistakes."""
