import { marketApi, TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';
import { createKafkaBus, type EventBus } from '@quotefleet/messaging';
import {
  createApp,
  createMetrics,
  Health,
  type ListeningServer,
  listen,
  mount,
  notFound,
} from '@quotefleet/service-kit';
import { createFaultProxy, type FaultProxy, uniqueName } from '@quotefleet/testing';
import { Router } from 'express';
import { silentLogger } from '../fixture.ts';
import { NodeProcess } from './node-process.ts';

interface FaultFleetOptions {
  brokers: readonly string[];
  redisUrl: string;
  nodes: number;
}

/** One place of the fleet: the node that is there, and the networks that it has for itself. */
export interface Place {
  node: NodeProcess;
  kafka: FaultProxy;
  redis: FaultProxy;
}

/** Some realtime nodes as processes, all that they need, and one door that leads to each in turn. */
export class FaultFleet {
  readonly bus: EventBus;
  readonly door: FaultProxy;
  readonly places: Place[];
  readonly #options: FaultFleetOptions;
  readonly #marketData: ListeningServer;

  private constructor(
    options: FaultFleetOptions,
    parts: Pick<FaultFleet, 'bus' | 'door' | 'places'>,
    marketData: ListeningServer,
  ) {
    this.#options = options;
    this.bus = parts.bus;
    this.door = parts.door;
    this.places = parts.places;
    this.#marketData = marketData;
  }

  static async start(options: FaultFleetOptions): Promise<FaultFleet> {
    const bus = createKafkaBus({ brokers: options.brokers, clientId: uniqueName('faults') });
    const topics = [TOPICS.ticks, TOPICS.bars, TOPICS.trades, TOPICS.authRevoked];
    await bus.ensureTopics(topics.map((name) => ({ name, partitions: TOPIC_PARTITIONS })));
    const marketData = await serveAnySymbol();
    const redis = new URL(options.redisUrl);
    const places = await Promise.all(
      Array.from({ length: options.nodes }, async () => {
        const networks = {
          kafka: await createFaultProxy({ target: { host: '127.0.0.1', port: portOf(options.brokers) } }),
          redis: await createFaultProxy({ target: { host: redis.hostname, port: Number(redis.port) } }),
        };
        return { ...networks, node: await startNode(options, marketData.url, networks) };
      }),
    );
    let turn = 0;
    const door = await createFaultProxy({
      // Who was refused by a node that is gone comes to the next.
      target: () => (places[turn++ % places.length] as Place).node.address,
    });
    return new FaultFleet(options, { bus, door, places }, marketData);
  }

  /** Another node in a place whose node is gone. */
  async restart(place: Place): Promise<void> {
    place.node = await startNode(this.#options, this.#marketData.url, place);
  }

  async stop(): Promise<void> {
    await Promise.all(this.places.map(({ node }) => node.kill()));
    const proxies = [this.door, ...this.places.flatMap(({ kafka, redis }) => [kafka, redis])];
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await this.bus.close();
    await this.#marketData.close();
  }
}

function startNode(
  options: FaultFleetOptions,
  marketDataUrl: string,
  networks: Omit<Place, 'node'>,
): Promise<NodeProcess> {
  return NodeProcess.start({
    env: {
      ...{ QF_REALTIME_PORT: '0', QF_MARKET_DATA_URL: marketDataUrl, QF_LOG_LEVEL: 'silent' },
      ...{ QF_KAFKA_BROKERS: options.brokers.join(','), QF_REDIS_URL: `redis://127.0.0.1:${networks.redis.port}` },
      ...{ QF_REALTIME_CONNECTIONS_PER_IP: '5000', QF_REALTIME_CONNECTIONS_PER_USER: '5000' },
      QF_REALTIME_ADMISSIONS_PER_SECOND: '2000',
    },
    routes: [[portOf(options.brokers), networks.kafka.port]],
  });
}

function portOf(brokers: readonly string[]): number {
  return Number(brokers[0]?.split(':')[1]);
}

/** A market-data that knows every symbol, and nothing of any. */
function serveAnySymbol(): Promise<ListeningServer> {
  const routes = Router();
  mount(routes, marketApi.stockInfo, ({ params: { symbol } }) => {
    return { symbol, name: symbol, kind: 'stock', board: 'star', isSt: false, status: 'listed' };
  });
  mount(routes, marketApi.realtimeStock, () => {
    throw notFound('no quote');
  });
  const app = createApp({ logger: silentLogger, metrics: createMetrics('fake'), health: new Health(), routes });
  return listen(app, { host: '127.0.0.1', port: 0 });
}
