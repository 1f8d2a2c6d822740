"""What credits can be used for at a venue: the facts, when it is on, who may, how often, and how many places there are."""
