"""Two records of one person: finding them, making one of them, and taking that back for 30 days (docs/merging.md)."""
