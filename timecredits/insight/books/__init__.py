"""The books of a programme: do they add up, what staff did, and what was taken back and why."""
