/** Loads the built file as a page would, without a network, and prints what was seen: node page.cjs FILE. */
const { readFileSync } = require("node:fs");
const vm = require("node:vm");

const seen = { requests: 0, timers: 0, sockets: 0 };

/** A page with nothing but what is counted here. */
function page(globals) {
  const context = vm.createContext({
    console,
    fetch: async () => ((seen.requests += 1), Promise.reject(new TypeError("no network"))),
    setTimeout: () => (seen.timers += 1),
    WebSocket: class {
      constructor() {
        seen.sockets += 1;
      }
    },
    AbortController,
    AbortSignal,
    crypto,
    ...globals,
  });
  vm.runInContext(readFileSync(process.argv[2], "utf8"), context);
  return context;
}

function thrown(task) {
  try {
    task();
    return null;
  } catch (error) {
    return error.message;
  }
}

const ofCarbon = { updatePersistedState() {} };
const withDesk = { serviceDeskOptions: { deskUrl: "http://desk.example/" } };
const build = (context, callback, options) =>
  options
    ? context.ByosdReference.createServiceDeskFactory(options)({ callback })
    : context.WebChatServiceDeskFactory({ callback });

async function main() {
  const bare = page({});
  const ready = page(withDesk);
  const desk = build(ready, ofCarbon);
  const built = { ...seen };
  const reconnects = (callback, options) => typeof build(ready, callback, options).reconnect === "function";
  const rejected = await desk.startChat({}).then(() => null, (error) => error.message);
  const ends = await desk.endChat().then(() => true);
  console.log(
    JSON.stringify({
      built,
      name: desk.getName(),
      withoutDesk: thrown(() => build(bare, {})),
      wrongApi: thrown(() => build(bare, {}, { deskUrl: "http://desk.example", hostApi: "2022" })),
      wrongLimit: thrown(() => build(bare, {}, { deskUrl: "http://desk.example", reconnectLimitSeconds: 0 })),
      reconnectsAsCarbon: reconnects(ofCarbon),
      reconnectsAs2023: reconnects({}),
      reconnectsWhenTold: reconnects({}, { deskUrl: "http://desk.example", hostApi: "carbon" }),
      rejected,
      ends,
      requests: seen.requests,
    }),
  );
}

main();
