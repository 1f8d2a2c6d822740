"""Every guard taken out once: whether a test notices. `python -m tests.mutants`."""
