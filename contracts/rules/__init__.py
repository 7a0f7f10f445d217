"""What the state machine can do, by who does it: the user, the agents, the wire. Each rule plays a few steps."""
