import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { TickPayload } from '@quotefleet/contracts';
import { createFaultProxy, type FaultProxy, type TestServers } from '@quotefleet/testing';
import { AuditClient, type AuditClientOptions } from './audit-client.ts';
import { FaultFleet } from './fault-fleet.ts';
import { ownSymbols, TickSource } from './tick-source.ts';

/** Ticks of symbols of its own, and clients that are in all their rooms. */
interface Stage {
  symbols: string[];
  source: TickSource;
  client(options?: Partial<AuditClientOptions>): AuditClient;
}

interface StageOptions {
  symbolCount?: number;
  perSecond?: number;
  fields?: Partial<TickPayload>;
}

/** Called in the body of a `describeWith`: a fleet of some nodes for its tests. Has values inside tests only. */
export function useFaultFleet(servers: Pick<TestServers, 'kafka' | 'redis'>, nodes: number) {
  let fleet: FaultFleet | undefined;
  beforeAll(async () => {
    fleet = await FaultFleet.start({ brokers: servers.kafka.brokers, redisUrl: servers.redis.url, nodes });
  });
  afterAll(() => fleet?.stop());
  const ways: FaultProxy[] = [];
  afterEach(async () => {
    await Promise.all(ways.splice(0).map((way) => way.close()));
  });
  const running = () => {
    if (!fleet) throw new Error('a fault fleet is there inside tests only');
    return fleet;
  };
  return {
    get fleet() {
      return running();
    },
    /** A network between some clients and the door of the fleet; closed after the test. */
    async way(): Promise<FaultProxy> {
      const way = await createFaultProxy({ target: () => running().door });
      ways.push(way);
      return way;
    },
    stage({ symbolCount = 10, perSecond = 200, fields = {} }: StageOptions = {}): Stage {
      const symbols = ownSymbols(symbolCount);
      const rooms = symbols.map((symbol) => `tick:${symbol}`);
      const { bus, door } = running();
      return {
        symbols,
        source: new TickSource({ bus, symbols, perSecond, fields }),
        client: (options) => new AuditClient({ door, rooms, ...options }),
      };
    },
  };
}

/** How many of some clients had to connect again. */
export function countReturned(clients: readonly AuditClient[]): number {
  return clients.filter(({ connections }) => connections > 1).length;
}
