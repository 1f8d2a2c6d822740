"""Giving: from person to person by a code, to and from pots, to many at once, and helpers who act for somebody within limits."""
