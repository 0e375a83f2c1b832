"""Children that read what strangers wrote."""
