// Does with the vendor's own client what it is told, one JSON line on stdin each, and prints one JSON line for each
// thing that happens. The client is unmodified: only the address that it calls is set.
//
//   {"call": METHOD, "arguments": [..]}   -> {"value": ..} or {"refused": {"status", "body", "correlation"}}
//   {"jwt": TOKEN}                        -> {"value": null}
//   {"open": URI}                         -> {"value": null}, then {"frame": ..} for each frame, {"closed": CODE}
//   {"close": true}                       -> {"value": null}
'use strict';

const readline = require('node:readline');
const client = require('purecloud-guest-chat-client');
const WebSocket = require('ws');

const api = new client.WebChatApi();
client.ApiClient.instance.config.basePath = process.argv[2];
let socket = null;

const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

function refusal(error) {
  if (!error || error.status === undefined) return { status: null, body: String(error) };
  return { status: error.status, body: error.body, correlation: (error.headers || {})['inin-correlation-id'] };
}

function open(uri) {
  return new Promise((resolve, reject) => {
    socket = new WebSocket(uri);
    socket.on('message', (data) => print({ frame: JSON.parse(data.toString()) }));
    socket.on('close', (code) => print({ closed: code }));
    socket.on('error', reject);
    socket.on('open', () => resolve(null));
  });
}

async function obey(told) {
  if (told.call) return (await api[told.call](...told.arguments)) ?? null;
  if (told.jwt) client.ApiClient.instance.setJwt(told.jwt);
  if (told.open) await open(told.open);
  if (told.close) socket.close();
  return null;
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    await obey(JSON.parse(line)).then((value) => print({ value }), (error) => print({ refused: refusal(error) }));
  }
  if (socket) socket.terminate();
}

main();
