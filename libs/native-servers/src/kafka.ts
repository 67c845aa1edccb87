import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findNative } from './find-native.ts';
import { assertPortFree, freePort } from './free-port.ts';
import { logProperties, serverProperties } from './kafka-properties.ts';
import { stopLeftover } from './leftover.ts';
import { launch, runToEnd, type ServerProcess } from './server-process.ts';

export interface KafkaOptions {
  /** Holds the log segments and the generated settings; made when it does not exist. */
  dataDir: string;
  port?: number;
  log?: (line: string) => void;
}

export interface KafkaServer extends ServerProcess {
  /** `host:port`, as clients take them. */
  brokers: string[];
  port: number;
}

/** Starts one Kafka node (KRaft: broker and controller in one) on loopback. Topics are never made by themselves. */
export async function startKafka(options: KafkaOptions): Promise<KafkaServer> {
  const { kafka, missing } = findNative();
  if (!kafka) throw new Error(missing.kafka);
  const dir = resolve(options.dataDir);
  const logs = join(dir, 'logs');
  const properties = join(dir, 'server.properties');
  const ownerFile = join(dir, 'owner.pid');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  await stopLeftover(ownerFile, { name: 'Kafka', mark: properties, signal: 'SIGTERM' });
  const port = options.port ?? (await freePort());
  await assertPortFree(port, 'Kafka');
  writeFileSync(properties, serverProperties({ port, controllerPort: await freePort(), logs }));
  writeFileSync(join(dir, 'log4j2.properties'), logProperties);
  const java = ['-Xms256m', '-Xmx512m', `-Dlog4j2.configurationFile=${join(dir, 'log4j2.properties')}`];
  const classPath = ['-cp', join(kafka.libs, '*')];
  if (!existsSync(join(logs, 'meta.properties'))) await format(kafka.java, classPath, properties);
  const server = await launch({
    name: 'Kafka',
    command: kafka.java,
    args: [...java, ...classPath, 'kafka.Kafka', properties],
    cwd: dir,
    ownerFile,
    isReady: (line) => line.includes('Kafka Server started'),
    readyTimeoutMs: 120_000,
    stopSignal: 'SIGTERM',
    log: options.log,
  });
  return { ...server, brokers: [`127.0.0.1:${port}`], port };
}

async function format(java: string, classPath: string[], properties: string): Promise<void> {
  // A letter in front: an id that begins with a dash would be read as an option.
  const cluster = `Q${randomBytes(16).toString('base64url').slice(1)}`;
  const args = ['-XX:TieredStopAtLevel=1', ...classPath, 'kafka.tools.StorageTool', 'format', '-t', cluster];
  try {
    await runToEnd(java, [...args, '-c', properties]);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Kafka's storage could not be formatted: ${said}`, { cause });
  }
}
