"""Registers brought in from files: looked at, added, put right and undone."""
