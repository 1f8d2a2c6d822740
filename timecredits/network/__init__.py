"""Programmes, organisations, venues, the people in them, and who may do what."""
