/**
 * What the assistant in front of the desk says: it knows a few words, and calls people for the rest.
 *
 * The first answer fits that has one of its words in the user's text. `escalate` calls a person.
 *
 * @type {ReadonlyArray<{ words: readonly string[], text: string, escalate?: true }>}
 */
export const ANSWERS = [
  {
    words: ["agent", "human", "person", "somebody", "someone", "real", "help me"],
    text: "I will call somebody who knows more than I do.",
    escalate: true,
  },
  { words: ["hello", "hi", "hey", "good morning"], text: "Hello! Write **agent** to talk to a person." },
  { words: ["open", "hours", "when"], text: "The people at this desk are there whenever its script lets them be." },
  { words: ["price", "cost", "bill"], text: "Nothing here costs anything. About your bill, ask an **agent**." },
  { words: ["help", "what"], text: "I know little: greetings, opening hours and prices. Write **agent** for a person." },
  { words: ["thank", "bye"], text: "You are welcome." },
];

export const WELCOME = "Hello, I am the assistant in front of the desk. Write **agent** when you want to talk to a person.";

export const UNKNOWN = "I do not know that. Write **agent** to talk to a person.";

export const ESCALATION = {
  agent_available: { message: "Somebody is there. Shall I connect you?" },
  agent_unavailable: { message: "Nobody is there at the moment. You can try again later." },
  message_to_human_agent: "The user asked the assistant for a person.",
  topic: "Demo",
  additional_data: { origin: "demo page" },
};
