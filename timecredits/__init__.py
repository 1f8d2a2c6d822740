"""Time Credits: an hour given is a credit; a credit opens an hour of something enjoyed."""
