"""The properties by which an event that gatherly wrote is known again; apart from what writes them."""

INSTALL, SESSION, EPOCH = "X-GATHERLY-INSTALL", "X-GATHERLY-SESSION", "X-GATHERLY-EPOCH"
