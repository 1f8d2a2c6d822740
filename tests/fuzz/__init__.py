"""Odd input by the million: `make fuzz`. The suite runs a small share of each."""
