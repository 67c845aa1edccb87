import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka, startPostgres, startRedis } from '@quotefleet/native-servers';
import type { ServerName } from '../config.ts';
import { startKafkaContainer, startRedisContainer } from './docker.ts';
import type { Source } from './plan.ts';

/** A server for the tests of one run: a URL, or for Kafka `host:port` of each broker, separated by commas. */
export interface StartedServer {
  address: string;
  stop(): Promise<void>;
}

/** Starts a server from where the plan takes it. */
export async function startServer(name: ServerName, source: Source): Promise<StartedServer> {
  if (source.from === 'given') return { address: source.address, stop: () => Promise.resolve() };
  if (source.from === 'nowhere') throw new Error(`there is no ${name} for this test run: ${source.reason}`);
  if (source.from === 'native') return startNative(name);
  try {
    return await (name === 'kafka' ? startKafkaContainer() : startRedisContainer());
  } catch (containerError) {
    // A daemon without the image and without a network is no reason to fail while a native server is here.
    return startNative(name).catch((nativeError: unknown) => {
      throw new AggregateError(
        [containerError, nativeError],
        `${name} starts neither in Docker (${String(containerError)}) nor natively (${String(nativeError)})`,
      );
    });
  }
}

async function startNative(name: ServerName): Promise<StartedServer> {
  const dir = await mkdtemp(join(tmpdir(), `quotefleet-test-${name}-`));
  const removing = (stop: () => Promise<void>) => async () => {
    await stop();
    await rm(dir, { recursive: true, force: true });
  };
  if (name === 'postgres') {
    const server = await startPostgres({ dataDir: dir, persistent: false });
    return { address: server.url, stop: removing(server.stop) };
  }
  if (name === 'redis') {
    const server = await startRedis();
    return { address: server.url, stop: removing(server.stop) };
  }
  const server = await startKafka({ dataDir: dir });
  return { address: server.brokers.join(','), stop: removing(server.stop) };
}
