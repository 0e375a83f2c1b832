"""Stores that earlier releases left behind, opened with today's code.

To add a release's, run `python -m tests.store.releases.lay tests/data/releases/VERSION` on its tag and commit
the folder. It is history from then on; `lay.py` grows with what a store can hold.
"""
