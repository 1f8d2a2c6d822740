"""Being safe: worries that reach only a safeguarding lead, who the leads are, and two people who don't see each other."""
