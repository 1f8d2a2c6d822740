"""When activities take place, who means to come, and what they are told."""
