// Runs the vendor's client of the server's REST. Each command names the steps from the client to a call, and its
// arguments: ["conversations", "v1", ["conversations", "CH1"], "messages", ["create", {}]].
"use strict";

const { obey } = require("./harness.js");
const twilio = require("twilio");

const [url, account, user, password] = process.argv.slice(2);
const client = twilio(user, password, { accountSid: account });
for (const [domain, product] of [
  ["flexApi", "flex-api"], ["conversations", "conversations"], ["chat", "chat"], ["taskrouter", "taskrouter"],
]) {
  client[domain].baseUrl = `${url}/twilio/${product}.twilio.com`;
}

const step = (from, one) => (Array.isArray(one) ? from[one[0]](...one.slice(1)) : from[one]);

obey({ call: async ({ steps }) => steps.reduce(step, client) });
