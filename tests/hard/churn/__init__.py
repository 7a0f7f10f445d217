"""Coming and going: what a process holds after many servers, desks, conversations and connections."""
