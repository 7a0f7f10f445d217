/** The agent console of a mock desk: plain modules, no build, nothing from elsewhere. */

import { AgentBar } from "./agent_bar.js";
import { startAttach, startTransfer } from "./attach.js";
import { startClock } from "./clock.js";
import { Connection } from "./connection.js";
import { startConversations } from "./conversations.js";
import { startExports } from "./exports.js";
import { startFaults } from "./faults.js";
import { startKeys } from "./keys.js";
import { startAnnouncer, startDesks, startTheme } from "./page.js";
import { startRoster } from "./roster.js";
import { startScripts } from "./scripts.js";
import { Store } from "./store.js";
import { Timeline } from "./timeline.js";

const store = new Store();
startTheme();
startConversations(store);
new Timeline(store);
const bar = new AgentBar(store);
startAttach(store, bar);
startTransfer(store, bar);
startRoster(store);
startFaults(store);
startClock(store);
startScripts(store);
startExports(store);
startKeys(store, bar);
startAnnouncer(store);
void startDesks();
new Connection(store).open();
