"""The commands, each as one calls it."""
