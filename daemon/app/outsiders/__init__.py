"""What people who are no users may do: guests of a session, and strangers by an invitation link."""
