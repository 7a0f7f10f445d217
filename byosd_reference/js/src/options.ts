/** What a page sets: `window.serviceDeskOptions`, or the argument of `createServiceDeskFactory`. */

import type { HostApi } from "./host";

/** Only `deskUrl` is needed. */
export interface ServiceDeskOptions {
  /** Where the desk's API is: what comes before `/v1`. */
  deskUrl: string;
  /** The queue for those whose connect message asks for none. */
  queue?: string;
  /** What agents see. */
  userName?: string;
  /** For desks that want to know the user: a user token, or a function that gets one from your own server. */
  userToken?: string | ((userId: string) => string | Promise<string>);
  /** For trying things out on your own machine. Never on a page that others open: whoever has it is the account. */
  apiKey?: string;
  /** The generation of the host's interface; without it `generation.ts` looks at what the host offers. */
  hostApi?: HostApi;
  /** For how many seconds an interrupted connection is tried again: 60 if absent. */
  reconnectLimitSeconds?: number;
}

/**
 * Return the options, checked, with an address to which paths can be appended.
 *
 * @throws Error - there are none, or one of them makes no sense
 */
export function checkedOptions(options: unknown): ServiceDeskOptions {
  const given = (options ?? {}) as Partial<ServiceDeskOptions>;
  if (typeof given.deskUrl !== "string" || !/^https?:\/\/[^/]/i.test(given.deskUrl)) {
    throw new Error("serviceDeskOptions.deskUrl is missing: it is the http:// or https:// address of the desk's API");
  }
  const { hostApi, reconnectLimitSeconds: limit } = given;
  if (hostApi !== undefined && hostApi !== "2023" && hostApi !== "carbon") {
    throw new Error('serviceDeskOptions.hostApi is "2023" or "carbon"');
  }
  if (limit !== undefined && !(Number.isFinite(limit) && limit > 0)) {
    throw new Error("serviceDeskOptions.reconnectLimitSeconds is a positive number");
  }
  return { ...given, deskUrl: given.deskUrl.replace(/\/+$/, "") };
}
