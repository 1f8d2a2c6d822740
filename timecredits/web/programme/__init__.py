"""A programme manager's pages."""
