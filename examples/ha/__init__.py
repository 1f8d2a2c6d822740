"""Three machines that hold one database: the loss of any one costs seconds, and nothing that was acknowledged.

How to run them, and what an operator does: docs/high-availability.md.
"""
