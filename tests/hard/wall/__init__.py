"""The walls between tokens, conversations, users and desks: who has not the right token gets and changes nothing."""
