"""Letters about volunteers: asked for, written, looked at by a colleague, issued, replaced and withdrawn."""
