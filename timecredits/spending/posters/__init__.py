"""A venue's poster: a code on the wall that people scan with their own phone."""
