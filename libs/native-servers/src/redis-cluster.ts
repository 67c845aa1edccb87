import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findNative } from './find-native.ts';
import { freePort } from './free-port.ts';
import { launch, type ServerProcess } from './server-process.ts';

const NODES = 3;
const SLOTS = 16_384;
const JOIN_TIMEOUT_MS = 30_000;
const POLL_MS = 50;
/** A node that does not answer for so long is taken for dead by the others. */
const NODE_TIMEOUT_MS = 2000;

export interface RedisClusterNode extends ServerProcess {
  port: number;
  /** Starts it again on the same port, with the slots that it had, after it was killed. */
  restart(): Promise<void>;
}

export interface RedisCluster {
  nodes: RedisClusterNode[];
  stop(): Promise<void>;
}

/** Starts a Redis Cluster of three primaries on loopback, which share the slots evenly. Nothing is kept of its data. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const found = findNative();
  if (!found.redis) throw new Error(found.missing.redis);
  const program = found.redis;
  const dir = mkdtempSync(join(tmpdir(), 'quotefleet-redis-cluster-'));
  const nodes: (RedisClusterNode & { busPort: number })[] = [];
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    for (let index = 0; index < NODES; index++) nodes.push(await startNode(program, dir));
    await joinNodes(nodes);
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes, stop };
}

async function startNode(program: string, dir: string): Promise<RedisClusterNode & { busPort: number }> {
  const port = await freePort();
  // Redis's own choice is 10000 above, which may be beyond all ports.
  const busPort = await freePort();
  const start = () =>
    launch({
      name: 'Redis Cluster',
      command: program,
      args: [
        ...['--port', String(port), '--cluster-port', String(busPort), '--bind', '127.0.0.1', '--daemonize', 'no'],
        ...['--save', '', '--appendonly', 'no', '--dir', dir, '--cluster-enabled', 'yes'],
        ...['--cluster-config-file', `nodes-${port}.conf`, '--cluster-node-timeout', String(NODE_TIMEOUT_MS)],
      ],
      cwd: dir,
      isReady: (line) => line.includes('Ready to accept connections'),
      readyTimeoutMs: 20_000,
      stopSignal: 'SIGTERM',
    });
  const node = { ...(await start()), port, busPort, restart };
  async function restart(): Promise<void> {
    Object.assign(node, await start());
  }
  return node;
}

async function joinNodes(nodes: readonly { port: number; busPort: number }[]): Promise<void> {
  const [first, ...others] = nodes;
  if (!first) return;
  for (const [index, { port }] of nodes.entries()) {
    const [from, to] = [index, index + 1].map((part) => Math.floor((SLOTS * part) / nodes.length));
    await command(port, `CLUSTER ADDSLOTSRANGE ${from} ${(to ?? SLOTS) - 1}`);
  }
  for (const { port, busPort } of others) await command(first.port, `CLUSTER MEET 127.0.0.1 ${port} ${busPort}`);
  const until = Date.now() + JOIN_TIMEOUT_MS;
  while (!(await Promise.all(nodes.map(({ port }) => isWhole(port, nodes.length)))).every(Boolean)) {
    if (Date.now() > until) throw new Error('the nodes of the Redis Cluster did not find each other in time');
    await sleep(POLL_MS);
  }
}

async function isWhole(port: number, nodes: number): Promise<boolean> {
  const info = await command(port, 'CLUSTER INFO');
  return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes}`);
}

/** One inline command of the Redis protocol; its answer as it was written. */
function command(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${text}\r\nQUIT\r\n`));
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      answer += chunk;
    });
    socket.once('error', reject).once('close', () => {
      if (answer.startsWith('-')) reject(new Error(`Redis refused ${text}: ${answer}`));
      else resolve(answer);
    });
  });
}
