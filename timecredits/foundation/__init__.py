"""What everything stands on. Knows no people and no credits."""
