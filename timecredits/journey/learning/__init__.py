"""A person's own way: training, private notes, goals, what came of it, and the parts of a CV."""
