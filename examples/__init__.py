"""Ways to run Time Credits, each to be started as it stands and then copied."""
