"""What calendars tell about people, derived as they change."""
