"""Times proposed for sessions as the daemon goes along."""
