"""Rules of F2, F0 and F3: what each blocks, whether it is broken, and its words."""
