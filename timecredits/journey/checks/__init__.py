"""Checking a letter, by whoever was shown one: by its square code, its check code, its file, or over the phone."""
