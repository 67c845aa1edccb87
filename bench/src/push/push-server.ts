import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ended } from '../child.ts';

/** What a server that is measured is told: the ticks come from within it, so that their making costs all alike. */
export interface PushWork {
  symbols: number;
  ticksPerSecond: number;
  flushMs: number;
  /** Where the ticks come from instead. */
  kafkaBrokers?: readonly string[];
}

/** A server that is measured, in a process of its own. */
export interface PushServer {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** What a server's process prints once it listens. */
export interface Listening {
  url: string;
}

/** Starts one of the servers of this folder; it makes ticks from then on. */
export async function startPushServer(name: string, work: PushWork): Promise<PushServer> {
  const file = fileURLToPath(new URL(`./${name}-main.ts`, import.meta.url));
  const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=16'];
  return listening(process.execPath, [...flags, file, JSON.stringify(work)]);
}

/** Starts a program that prints where it listens. */
export async function listening(program: string, args: readonly string[]): Promise<PushServer> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`${program} ${args.slice(-2, -1).join()} ended with ${code} before it listened`);
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), failed]);
  const { url } = JSON.parse(String(line)) as Listening;
  return { url, pid: child.pid ?? 0, stop: () => ended(child) };
}

/** Of the stocks that the bench makes up: the first so many codes of Shanghai's main board. */
export function benchSymbols(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${600_000 + index}.SH`);
}

/** What this process was told; it ends with the one that told it. */
export function readWork(): PushWork {
  process.stdin.on('end', () => process.exit(0)).resume();
  return JSON.parse(process.argv[2] ?? '') as PushWork;
}
