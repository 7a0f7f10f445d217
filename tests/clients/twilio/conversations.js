// Runs the vendor's conversations client. Commands come as JSON lines on stdin, events and answers go to stdout.
"use strict";

const { tell, obey } = require("./harness.js");
const { Client } = require("@twilio/conversations");

const [uri, token] = process.argv.slice(2);
const client = new Client(token, { twilsock: { uri } });

const about = (one) => {
  if (one === null || typeof one !== "object") return one === undefined ? null : one;
  if (one.participant) return { identity: one.participant.identity, read: one.participant.lastReadMessageIndex };
  if (one.conversation && one.conversation.sid && one.updateReasons) {
    return { sid: one.conversation.sid, reasons: one.updateReasons, state: one.conversation.state };
  }
  if (one.body !== undefined && one.index !== undefined) {
    return { index: one.index, author: one.author, body: one.body, sid: one.sid };
  }
  if (one.identity !== undefined) return { identity: one.identity, sid: one.sid };
  return { sid: one.sid, message: one.message };
};

const events = [
  "connectionStateChanged", "stateChanged", "conversationAdded", "conversationJoined", "conversationLeft",
  "conversationRemoved", "conversationUpdated", "messageAdded", "participantJoined", "participantLeft",
  "participantUpdated", "typingStarted", "typingEnded", "tokenAboutToExpire", "tokenExpired", "connectionError",
];
tell(client, events, about);

const commands = {
  subscribed: async () => (await client.getSubscribedConversations()).items.map((one) => one.sid),
  create: async ({ name }) => (await client.createConversation({ uniqueName: name })).sid,
  join: async ({ sid }) => (await (await client.getConversationBySid(sid)).join()).sid,
  peek: async ({ sid }) => (await client.getConversationBySid(sid)).status,
  members: async ({ sid }) =>
    (await (await client.getConversationBySid(sid)).getParticipants()).map((one) => one.identity),
  history: async ({ sid, size }) => {
    let page = await (await client.getConversationBySid(sid)).getMessages(size);
    let texts = page.items.map((one) => one.body);
    while (page.hasPrevPage) {
      page = await page.prevPage();
      texts = page.items.map((one) => one.body).concat(texts);
    }
    return texts;
  },
  send: async ({ sid, text }) => (await client.getConversationBySid(sid)).sendMessage(text),
  typing: async ({ sid }) => (await (await client.getConversationBySid(sid)).typing()) || null,
  read: async ({ sid, index }) => (await client.getConversationBySid(sid)).updateLastReadMessageIndex(index),
  name: async ({ identity }) => (await client.getUser(identity)).friendlyName,
  leave: async ({ sid }) => (await (await client.getConversationBySid(sid)).leave()).sid,
  token: async ({ token }) => (await client.updateToken(token)) && null,
  shutdown: async () => (await client.shutdown()) || null,
};

obey(commands);
