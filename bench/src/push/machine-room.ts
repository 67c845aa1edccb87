import { readFileSync } from 'node:fs';
import { openFilesMax } from '@quotefleet/loadtest';

const TARGET = 100_000;
/** Of a connection with 20 rooms: at the node, at the generator and in the kernel, with room to spare. */
const KB_PER_CONNECTION = 100;
/** For Kafka, the processes themselves, and whatever else runs. */
const KB_KEPT = 2 * 1024 * 1024;
/** Files that a node needs beside its connections. */
const FILES_KEPT = 500;
/** Of one node: more would not show that several share the work. */
const PER_NODE_MAX = 15_000;
const NODES_MIN = 2;

/** How many connections are to be held by how many nodes, and as many generator processes. */
export interface Room {
  connections: number;
  nodes: number;
  /** What kept it below the target, if anything did. */
  limit: string | undefined;
}

/** What this machine allows; ports are no limit, since there are as many loopback addresses as it takes. */
export function findRoom(wanted: number | undefined): Room {
  const byMemory = Math.floor((availableKb() - KB_KEPT) / KB_PER_CONNECTION);
  const most = wanted ?? TARGET;
  const connections = Math.max(1000, Math.min(most, byMemory));
  const perNode = Math.min(PER_NODE_MAX, (openFilesMax() ?? PER_NODE_MAX) - FILES_KEPT);
  const nodes = Math.max(NODES_MIN, Math.ceil(connections / perNode));
  return { connections, nodes, limit: connections < most ? 'available memory' : undefined };
}

function availableKb(): number {
  const [, kb] = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
  if (kb === undefined) throw new Error('expected MemAvailable in /proc/meminfo');
  return Number(kb);
}
