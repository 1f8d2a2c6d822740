"""The subcommands of `timecredits`, one module for each kind of work."""
