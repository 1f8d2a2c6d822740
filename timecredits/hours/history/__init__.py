"""Hours as evidence: histories, hours by week, milestones, and their papers."""
