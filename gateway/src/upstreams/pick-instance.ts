import type { Instance } from './instance.ts';

/**
 * The instance with the fewest calls under way among those that may take one; the healthy come first, and where none is,
 * any will do: probes that fail everywhere tell more about the probes. Undefined where no breaker lets a call through.
 * `turn` says where to begin to look, so that those with equal loads take turns.
 */
export function pickInstance(
  instances: readonly Instance[],
  turn: number,
  mayTake: (instance: Instance) => boolean,
): Instance | undefined {
  let best: Instance | undefined;
  for (let step = 0; step < instances.length; step++) {
    const instance = instances[(turn + step) % instances.length];
    if (!instance || !mayTake(instance)) continue;
    if (!best || isBetter(instance, best)) best = instance;
  }
  return best;
}

/** Whether calls may go there at all. */
export function isOpenForCalls({ draining, breaker }: Instance): boolean {
  return !draining && breaker.accepts;
}

/** A retry is no trial: it goes where calls are known to succeed. */
export function isOpenForRetries(instance: Instance): boolean {
  return !instance.draining && instance.breaker.closed && instance.probe.healthy;
}

function isBetter(one: Instance, other: Instance): boolean {
  if (one.probe.healthy !== other.probe.healthy) return one.probe.healthy;
  return one.outstanding + one.sockets < other.outstanding + other.sockets;
}
