"""Whom a volunteer can ask for a reference today, who can be asked next and when, and what is missing."""
