"""The tablet at an organisation's door."""
