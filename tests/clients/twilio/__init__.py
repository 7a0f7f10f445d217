"""The vendor's clients of Twilio, in Node."""
