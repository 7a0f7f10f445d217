"""The Twilio dialect without sockets."""
