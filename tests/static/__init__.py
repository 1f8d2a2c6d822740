"""Every check that reads the code from outside: `python -m tests.static`."""
