"""Letters put together for one application, behind one link."""
