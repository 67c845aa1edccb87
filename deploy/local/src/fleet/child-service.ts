import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ConfigError, type Environment } from '@quotefleet/service-kit';
import type { RotatingFile } from '../launch/rotating-file.ts';

export interface ChildSpec {
  name: string;
  /** The service's main.ts. */
  main: string;
  url: string;
  env: Environment;
}

interface ChildWatch {
  log: RotatingFile;
  /** Told each time it runs under another pid. */
  onStart: () => void;
  /** Told when it ends before the fleet was ready: it is not started again then. */
  onFailedStart: (error: Error) => void;
  say: (line: string) => void;
}

const PRELOAD = fileURLToPath(import.meta.resolve('./die-with-parent.ts'));
/** Not our own flags: those of a launcher run by `node -e` would have the child run the launcher again. */
const NODE_FLAGS = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 10_000;
/** A child that lived this long had started well: its next restart is quick again. */
const STEADY_MS = 30_000;
/** Leaves time for the servers, which are stopped after their clients. */
const STOP_TIMEOUT_MS = 2500;

/** A service as a process of its own, started again whenever it ends by itself. */
export class ChildService {
  readonly spec: ChildSpec;
  readonly #watch: ChildWatch;
  #child: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #backoffMs = BACKOFF_FIRST_MS;
  #stopping = false;
  #started = false;
  #lastWords = '';

  constructor(spec: ChildSpec, watch: ChildWatch) {
    this.spec = spec;
    this.#watch = watch;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  start(): void {
    const { main, env } = this.spec;
    const startedMs = performance.now();
    // Its own process group: Ctrl-C in a terminal reaches us alone, and we stop the services in order.
    const child = spawn(process.execPath, [...NODE_FLAGS, '--import', PRELOAD, main], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child.stdout?.on('data', (data) => this.#watch.log.write(String(data)));
    child.stderr?.on('data', (data) => {
      this.#watch.log.write(String(data));
      this.#lastWords = String(data).trim().split('\n')[0] ?? '';
    });
    child.once('close', (code, signal) => this.#ended(signal ?? `exit code ${code}`, performance.now() - startedMs));
    this.#child = child;
    this.#watch.onStart();
  }

  /** From now on it is started again when it ends. */
  markStarted(): void {
    this.#started = true;
  }

  /** Asks it to stop; cuts it off when it takes too long. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(late);
  }

  #ended(how: string, livedMs: number): void {
    if (this.#stopping) return;
    if (!this.#started) {
      this.#watch.onFailedStart(new ConfigError(`${this.spec.name} ended while starting (${this.#lastWords || how})`));
      return;
    }
    if (livedMs > STEADY_MS) this.#backoffMs = BACKOFF_FIRST_MS;
    this.#watch.say(`  ${this.spec.name} ended (${how}); it is started again in ${this.#backoffMs / 1000} s`);
    this.#restart = setTimeout(() => this.start(), this.#backoffMs);
    this.#backoffMs = Math.min(this.#backoffMs * 2, BACKOFF_MAX_MS);
  }
}
