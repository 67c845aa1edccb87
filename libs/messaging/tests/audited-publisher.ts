import type { EventBus } from '../src/index.ts';

const KEYS = 5;

/** Publishes rising numbers under some keys until it is stopped, and knows which were accepted. */
export function auditedPublisher(bus: EventBus, topic: string) {
  const accepted: number[] = [];
  let refused = 0;
  let isStopped = false;
  let next = 0;
  const writers = Array.from({ length: KEYS }, async (_, writer) => {
    while (!isStopped) {
      const value = next;
      next += 1;
      // The same number is tried until it is accepted, so that the order of first arrivals is known.
      while (!isStopped) {
        try {
          await bus.publish(topic, [{ key: `key ${writer}`, value }]);
          accepted.push(value);
          break;
        } catch {
          refused += 1;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  });
  return {
    accepted: () => [...accepted],
    get refused() {
      return refused;
    },
    async stop() {
      isStopped = true;
      await Promise.all(writers);
    },
  };
}
