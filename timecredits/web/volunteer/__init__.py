"""A volunteer's own pages."""
