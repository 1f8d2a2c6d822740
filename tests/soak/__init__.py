"""Hours of ordinary use by 50 people at once: `python -m tests.soak`."""
