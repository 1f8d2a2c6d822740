"""The screen at a venue's counter."""
