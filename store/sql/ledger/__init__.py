"""The ledger of write-back in SQL (booking.md), what is told of it, and the audit log."""
