"""A venue manager's pages."""
