/** Which generation of its interface the host has, and what is said otherwise in each of them. */

import type { AgentProfile, Availability2023, AvailabilityCarbon, FactoryParameters, HostApi } from "./host";

/**
 * Return the generation: what the page says, else what the host shows. Persisted state came with `carbon`, so a
 * callback that can keep some is of that generation, and one that cannot is of `2023`.
 */
export function generationOf({ callback }: FactoryParameters, told?: HostApi): HostApi {
  return told ?? ("updatePersistedState" in callback ? "carbon" : "2023");
}

/** What is known of the user's place in the queue. */
export interface Place {
  minutes?: number;
  position?: number;
  message?: string;
}

/** Return the place in the host's names; with the names of the other generation it would show nothing, silently. */
export function availabilityFor(hostApi: HostApi, place: Place): Availability2023 | AvailabilityCarbon {
  const { minutes, position, message } = place;
  const words = message === undefined ? {} : { message };
  if (hostApi === "carbon") {
    return {
      ...(minutes === undefined ? {} : { estimatedWaitTime: minutes }),
      ...(position === undefined ? {} : { positionInQueue: position }),
      ...words,
    };
  }
  return {
    ...(minutes === undefined ? {} : { estimated_wait_time: minutes }),
    ...(position === undefined ? {} : { position_in_queue: position }),
    ...words,
  };
}

/** Return a copy of the profile for the host, which may keep and change what it is given. */
export function profileFor(hostApi: HostApi, profile: AgentProfile): AgentProfile {
  return hostApi === "carbon" ? { ...profile, user_type: "human" } : { ...profile };
}
