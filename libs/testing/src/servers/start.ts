import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInflux, startKafka, startMariadb, startPostgres, startRedis } from '@quotefleet/native-servers';
import type { ServerName } from '../config.ts';
import { startKafkaContainer, startRedisContainer } from './docker.ts';
import type { Source, StartedServer } from './source.ts';

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
  const removeDir = () => rm(dir, { recursive: true, force: true });
  try {
    const server = await startNativeIn(dir, name);
    return { address: server.address, stop: () => server.stop().finally(removeDir) };
  } catch (error) {
    await removeDir();
    throw error;
  }
}

async function startNativeIn(dir: string, name: ServerName): Promise<StartedServer> {
  if (name === 'postgres') {
    const { url, stop } = await startPostgres({ dataDir: dir, persistent: false });
    return { address: url, stop };
  }
  if (name === 'redis') {
    const { url, stop } = await startRedis();
    return { address: url, stop };
  }
  if (name === 'influx') {
    const { url, stop } = await startInflux({ dir });
    return { address: url, stop };
  }
  if (name === 'mariadb') {
    const { url, stop } = await startMariadb({ dir });
    return { address: url, stop };
  }
  const { brokers, stop } = await startKafka({ dataDir: dir });
  return { address: brokers.join(','), stop };
}
