"""Time given: activities, their sessions, and the hours that count as evidence. Spending never changes hours."""
