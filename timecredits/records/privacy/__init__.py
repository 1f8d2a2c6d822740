"""Everything about one person: what is held, handing it out, erasing it, and keeping it no longer than needed."""
