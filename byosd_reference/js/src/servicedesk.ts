/**
 * The entry: what the page hands to web chat.
 *
 *     window.serviceDeskOptions = { deskUrl: "https://desk.example" };
 *     // then load this file; web chat calls window.WebChatServiceDeskFactory
 *
 * A page that builds its own bundle, or has several desks, calls `ByosdReference.createServiceDeskFactory(options)`.
 */

import { Desk } from "./desk";
import { generationOf } from "./generation";
import type { FactoryParameters, ServiceDesk } from "./host";
import { ReconnectingServiceDesk, ReferenceServiceDesk } from "./integration";
import { checkedOptions, type ServiceDeskOptions } from "./options";
import type { Surroundings } from "./surroundings";

export type { FactoryParameters, HostApi, HostCallback, ServiceDesk } from "./host";
export type { ServiceDeskOptions } from "./options";

export type ServiceDeskFactory = (parameters: FactoryParameters) => ServiceDesk;

/**
 * Return a factory for web chat. Without `options` it takes what `serviceDeskOptions` is when web chat calls it.
 *
 * The factory throws an Error when there is no address of a desk, or an option makes no sense. It starts nothing.
 */
export function createServiceDeskFactory(options?: ServiceDeskOptions): ServiceDeskFactory {
  return (parameters) => {
    const checked = checkedOptions(options ?? page.serviceDeskOptions);
    const hostApi = generationOf(parameters, checked.hostApi);
    const { callback, persistedState } = parameters;
    const around: Surroundings = { callback, hostApi, options: checked, desk: new Desk(checked.deskUrl) };
    if (hostApi === "2023") return new ReferenceServiceDesk(around);
    return new ReconnectingServiceDesk(around, persistedState);
  };
}

const page = globalThis as typeof globalThis & {
  serviceDeskOptions?: ServiceDeskOptions;
  WebChatServiceDeskFactory?: ServiceDeskFactory;
  ByosdReference?: { createServiceDeskFactory: typeof createServiceDeskFactory };
};

page.WebChatServiceDeskFactory = createServiceDeskFactory();
page.ByosdReference = { createServiceDeskFactory };
