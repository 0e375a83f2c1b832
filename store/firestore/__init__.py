"""Users, sessions and messages in Google's Firestore, where apps read and write them too (extra `firestore`).

The SQL store keeps the ledger and everything else, and a working copy of the live documents for its
transactions: what changes in it is marked in the same transaction and written out afterwards, what apps
change is heard, read and taken in.
"""
