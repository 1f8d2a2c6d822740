"""Three machines, one of which is lost while people use the site: `make ha`."""
