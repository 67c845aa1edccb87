import { request } from 'node:http';
import { freePort } from '@quotefleet/native-servers';
import type { StartedServer } from './source.ts';

const PING_TIMEOUT_MS = 1_000;
const REDIS_IMAGE = 'redis:7-alpine';
const KAFKA_IMAGE = 'apache/kafka:4.1.1';

/** Asks the daemon itself: a `docker` program on PATH says nothing about one. */
export function dockerAnswers(dockerHost = 'unix:///var/run/docker.sock'): Promise<boolean> {
  const host = URL.parse(dockerHost);
  if (!host) return Promise.resolve(false);
  const where = host.protocol === 'unix:' ? { socketPath: host.pathname } : { host: host.hostname, port: host.port };
  return new Promise((resolve) => {
    const ping = request({ ...where, path: '/_ping', timeout: PING_TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.once('timeout', () => ping.destroy());
    ping.once('error', () => resolve(false));
    ping.once('close', () => resolve(false));
    ping.end();
  });
}

export async function startRedisContainer(): Promise<StartedServer> {
  const { GenericContainer } = await import('testcontainers');
  const container = await new GenericContainer(REDIS_IMAGE).withExposedPorts(6379).start();
  const address = `redis://${container.getHost()}:${container.getMappedPort(6379)}`;
  return { address, stop: async () => void (await container.stop()) };
}

/** Kafka tells its clients its own address, so the port on the host is chosen beforehand. */
export async function startKafkaContainer(): Promise<StartedServer> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const port = await freePort();
  const container = await new GenericContainer(KAFKA_IMAGE)
    .withExposedPorts({ container: 9092, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    })
    .withWaitStrategy(Wait.forLogMessage('Kafka Server started'))
    .start();
  return { address: `127.0.0.1:${port}`, stop: async () => void (await container.stop()) };
}
