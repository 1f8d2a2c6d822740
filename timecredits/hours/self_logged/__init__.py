"""Hours that volunteers log themselves, and the queue in which they are decided on."""
