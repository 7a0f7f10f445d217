"""npm purecloud-guest-chat-client, driven by a small script that does what it is told on stdin."""
