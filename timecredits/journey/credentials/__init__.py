"""The digital credential of a letter: an Open Badge that a program can check, with no clear name in it."""
