import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LoadError } from '../load-error.ts';
import type { ConnectionCounts, FromWorker, ToWorker, WorkerSample } from '../worker/worker-messages.ts';

const MAIN = fileURLToPath(new URL('../worker-main.ts', import.meta.url));

type Answer<K extends FromWorker['kind']> = Extract<FromWorker, { kind: K }>;

interface Waiter {
  isMet: (message: FromWorker) => boolean;
  resolve: (message: FromWorker) => void;
  reject: (error: Error) => void;
}

/** A generator process, and what it told so far. */
export class WorkerProcess {
  /** Since they were last taken. */
  samples: WorkerSample[] = [];
  counts: ConnectionCounts | undefined;
  isSettled = false;
  readonly #child: ChildProcess;
  readonly #waiters = new Set<Waiter>();
  #fault: Error | undefined;

  constructor() {
    this.#child = fork(MAIN, {
      execArgv: ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=32'],
      serialization: 'advanced',
    });
    this.#child.on('message', (message) => this.#hear(message as FromWorker));
    this.#child.on('error', (error) => this.#fail(error));
    this.#child.on('exit', (code, signal) => {
      this.#fail(new LoadError(`a generator process ended with ${signal ?? code} before it was done`));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  tell(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message);
  }

  /** The next message of a kind. @throws LoadError where the process ends before */
  async next<K extends FromWorker['kind']>(
    kind: K,
    isMet: (message: Answer<K>) => boolean = () => true,
  ): Promise<Answer<K>> {
    if (this.#fault) throw this.#fault;
    const message = await new Promise<FromWorker>((resolve, reject) => {
      const waiter: Waiter = {
        isMet: (candidate) => candidate.kind === kind && isMet(candidate as Answer<K>),
        resolve,
        reject,
      };
      this.#waiters.add(waiter);
    });
    return message as Answer<K>;
  }

  /** Lets its connections go, and waits until it has ended. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.tell({ kind: 'close' });
    if (!this.#child.connected) this.#child.kill('SIGKILL');
    await ended;
  }

  #hear(message: FromWorker): void {
    if (message.kind === 'sample') this.samples.push(message.sample);
    if (message.kind === 'progress') this.isSettled = message.isSettled;
    if (message.kind === 'progress' || message.kind === 'audited') this.counts = message.counts;
    for (const waiter of this.#waiters) {
      if (!waiter.isMet(message)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(message);
    }
  }

  #fail(error: Error): void {
    this.#fault = error;
    for (const { reject } of this.#waiters) reject(error);
    this.#waiters.clear();
  }
}
