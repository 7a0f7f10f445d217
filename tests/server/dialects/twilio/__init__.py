"""The Twilio dialect over real sockets."""
