// Runs the vendor's chat 4 client. Commands come as JSON lines on stdin, events and answers go to stdout.
"use strict";

const { say, tell, obey } = require("./harness.js");
const { Client } = require("twilio-chat");

const [uri, token] = process.argv.slice(2);
const client = new Client(token, { twilsock: { uri } });
client.initialize().then(() => say({ event: "initialized", about: client.user.identity }));

const about = (one) => {
  if (one === null || typeof one !== "object") return one === undefined ? null : one;
  if (one.member) return { identity: one.member.identity, read: one.member.lastConsumedMessageIndex };
  if (one.channel && one.updateReasons) {
    return { sid: one.channel.sid, reasons: one.updateReasons, state: one.channel.state };
  }
  if (one.body !== undefined && one.index !== undefined) {
    return { index: one.index, author: one.author, body: one.body, sid: one.sid };
  }
  if (one.identity !== undefined) return { identity: one.identity, sid: one.sid };
  return { sid: one.sid, message: one.message };
};

const events = [
  "connectionStateChanged", "channelAdded", "channelJoined", "channelLeft", "channelRemoved", "channelUpdated",
  "messageAdded", "memberJoined", "memberLeft", "memberUpdated", "typingStarted", "typingEnded",
  "tokenAboutToExpire", "tokenExpired", "connectionError",
];
tell(client, events, about);

const channel = (sid) => client.getChannelBySid(sid);

const commands = {
  subscribed: async () => (await client.getSubscribedChannels()).items.map((one) => one.sid),
  mine: async () => (await client.getUserChannelDescriptors()).items.map((one) => one.sid),
  named: async ({ name }) => (await client.getChannelByUniqueName(name)).sid,
  create: async ({ name }) => (await client.createChannel({ uniqueName: name, isPrivate: true })).sid,
  join: async ({ sid }) => (await (await channel(sid)).join()).sid,
  status: async ({ sid }) => (await channel(sid)).status,
  members: async ({ sid }) => (await (await channel(sid)).getMembers()).map((one) => one.identity),
  history: async ({ sid, size }) => {
    let page = await (await channel(sid)).getMessages(size);
    let texts = page.items.map((one) => one.body);
    while (page.hasPrevPage) {
      page = await page.prevPage();
      texts = page.items.map((one) => one.body).concat(texts);
    }
    return texts;
  },
  send: async ({ sid, text }) => (await channel(sid)).sendMessage(text),
  typing: async ({ sid }) => (await (await channel(sid)).typing()) || null,
  read: async ({ sid, index }) => (await channel(sid)).updateLastConsumedMessageIndex(index),
  unread: async ({ sid }) => (await channel(sid)).getUnconsumedMessagesCount(),
  rename: async ({ sid, name }) => (await (await channel(sid)).updateFriendlyName(name)).sid,
  name: async ({ identity }) => (await client.getUser(identity)).friendlyName,
  names: async ({ sid }) => (await (await channel(sid)).getUserDescriptors()).items.map((one) => one.friendlyName),
  leave: async ({ sid }) => (await (await channel(sid)).leave()).sid,
  token: async ({ token }) => (await client.updateToken(token)) && null,
};
obey(commands);
