/** What an integration works with: the host, its generation, what the page set, and the desk. */

import type { Desk } from "./desk";
import type { HostApi, HostCallback } from "./host";
import type { ServiceDeskOptions } from "./options";

export interface Surroundings {
  callback: HostCallback;
  hostApi: HostApi;
  options: ServiceDeskOptions;
  desk: Desk;
}
