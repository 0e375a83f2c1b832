"""The decisions of the ledger (docs/ledger.md), values in and values out: no store, no clock, no calendar."""
