"""People who could speak for a volunteer, and whether they agreed."""
