"""Where gatherly remembers: one folder a backend, behind one port."""
