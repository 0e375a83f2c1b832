"""The iCalendar family: published feeds, folders of files, CalDAV servers and e-mail invitations."""
