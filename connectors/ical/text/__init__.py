"""iCalendar text: lines, values and objects (RFC 5545 section 3), read and written."""
