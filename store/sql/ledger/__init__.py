"""The ledger of write-back in SQL (docs/ledger.md), what is told of it, and the audit log."""
