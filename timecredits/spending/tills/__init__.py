"""The devices at a venue that take credits: paired, listed, removed, and lost."""
