"""The bank test: many clients move credits while the whole server is killed again and again; nothing may be lost or doubled."""
