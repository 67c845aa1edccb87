import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Address } from '@quotefleet/testing';
import type { NodeOrder, NodeReport } from './node-messages.ts';

const MAIN = join(import.meta.dirname, 'node-main.ts');
const PRELOAD = join(import.meta.dirname, 'node-preload-main.ts');
const QUIET = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
const START_MAX_MS = 45_000;

interface NodeSettings {
  env: Record<string, string>;
  /** Connections to the first port go to the second. */
  routes: [fromPort: number, toPort: number][];
}

/** A realtime node in a process of its own. */
export class NodeProcess {
  readonly address: Address;
  /** The consumer groups that it reads in. */
  readonly groups: readonly string[];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string, groups: readonly string[]) {
    const { hostname, port } = new URL(url);
    this.address = { host: hostname, port: Number(port) };
    this.groups = groups;
    this.#child = child;
  }

  static async start(settings: NodeSettings): Promise<NodeProcess> {
    const child = fork(MAIN, {
      execArgv: [...QUIET, '--expose-gc', '--import', PRELOAD],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    send(child, { kind: 'start', ...settings });
    const { url, groups } = await report(child, 'started', START_MAX_MS);
    return new NodeProcess(child, url, groups);
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get url(): string {
    return `http://${this.address.host}:${this.address.port}`;
  }

  stepClock(ms: number): void {
    send(this.#child, { kind: 'step-clock', ms });
  }

  /** After a collection of garbage. */
  async memory(): Promise<NodeJS.MemoryUsage> {
    send(this.#child, { kind: 'memory' });
    return (await report(this.#child, 'memory', START_MAX_MS)).bytes;
  }

  /** SIGSTOP: connections stay open, and nothing is read or answered. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    await this.#end(() => this.#child.kill('SIGKILL'));
  }

  /** Lets it say goodbye. */
  async stop(): Promise<void> {
    await this.#end(() => send(this.#child, { kind: 'stop' }));
  }

  async #end(tell: () => void): Promise<void> {
    if (!this.isRunning) return;
    const ended = once(this.#child, 'exit');
    tell();
    await ended;
  }
}

function send(child: ChildProcess, order: NodeOrder): void {
  child.send(order);
}

async function report<Kind extends NodeReport['kind']>(child: ChildProcess, kind: Kind, timeoutMs: number) {
  return new Promise<Extract<NodeReport, { kind: Kind }>>((resolve, reject) => {
    const settle = (work: () => void) => {
      clearTimeout(timer);
      child.off('message', hear);
      child.off('exit', fail);
      work();
    };
    const hear = (message: NodeReport) => {
      if (message.kind === kind) settle(() => resolve(message as Extract<NodeReport, { kind: Kind }>));
    };
    const fail = () => settle(() => reject(new Error(`a realtime node ended, or said nothing for ${timeoutMs} ms`)));
    const timer = setTimeout(fail, timeoutMs);
    child.on('message', hear);
    child.on('exit', fail);
  });
}
