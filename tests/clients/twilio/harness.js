// What every client's script has in common: sockets that a test can drop, commands as JSON lines on stdin, and events
// and answers as JSON lines on stdout.
"use strict";

const readline = require("readline");

// Node before 22 has no WebSocket of its own; each socket is kept, so that a test can drop it as a network does.
const sockets = [];
const Base = require("ws");
global.WebSocket = class extends Base {
  constructor(...given) {
    super(...given);
    sockets.push(this);
  }
};

const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");

const tell = (client, events, about) => {
  for (const name of events) client.on(name, (one) => say({ event: name, about: about(one) }));
};

const obey = (commands) => {
  const all = { ...commands, drop: async () => sockets[sockets.length - 1].terminate() || null };
  readline.createInterface({ input: process.stdin }).on("line", async (line) => {
    const { id, command, ...given } = JSON.parse(line);
    try {
      say({ id, result: await all[command](given) });
    } catch (error) {
      say({ id, error: String(error.message || error), status: error.status || null, code: error.code || null });
    }
  }).on("close", () => process.exit(0));
};

module.exports = { say, tell, obey };
