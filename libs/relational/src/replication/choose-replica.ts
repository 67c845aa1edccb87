import type { ReadSession } from './read-session.ts';
import type { Replica } from './replica.ts';
import type { FallbackReason } from './routing-options.ts';

/** A replica for a read, or why there is none. */
export type Choice = { replica: Replica } | { replica: undefined; reason: FallbackReason };

/** The least loaded healthy replica that has what the session wrote. `turn` decides between equals. */
export async function chooseReplica(
  replicas: readonly Replica[],
  session: ReadSession | undefined,
  turn: number,
): Promise<Choice> {
  const healthy = replicas.filter((replica) => replica.health.state === 'healthy');
  const best = leastLoaded(healthy, turn);
  if (!best) {
    const isBehind = replicas.some((replica) => replica.health.state === 'behind');
    return { replica: undefined, reason: isBehind ? 'behind' : 'down' };
  }
  if (session?.isUnknown) return { replica: undefined, reason: 'session' };
  const awaited = session?.awaited;
  if (awaited === undefined) return { replica: best };
  const caughtUp = healthy.filter((replica) => replica.health.hasReplayed(awaited));
  const replica = leastLoaded(caughtUp, turn);
  if (replica) return { replica };
  // What is known is up to a second old: replay takes milliseconds.
  return (await best.askReplayed(awaited)) ? { replica: best } : { replica: undefined, reason: 'session' };
}

function leastLoaded(replicas: readonly Replica[], turn: number): Replica | undefined {
  const start = replicas.length === 0 ? 0 : turn % replicas.length;
  const inTurn = [...replicas.slice(start), ...replicas.slice(0, start)];
  const [first, ...others] = inTurn;
  if (!first) return undefined;
  let best = { replica: first, load: first.load };
  for (const replica of others) {
    const { load } = replica;
    if (load < best.load) best = { replica, load };
  }
  return best.replica;
}
