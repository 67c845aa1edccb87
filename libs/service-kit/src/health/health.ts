import { redact } from '@quotefleet/secrets';

/** The outcome of one readiness check. */
export interface CheckResult {
  name: string;
  ok: boolean;
  reason?: string;
}

export interface Readiness {
  ready: boolean;
  checks: CheckResult[];
}

const CHECK_TIMEOUT_MS = 2000;

/** A service is ready when it has started, is not stopping, and each of its dependencies answers. */
export class Health {
  readonly #checks = new Map<string, () => Promise<unknown>>();
  #state: 'starting' | 'running' | 'stopping' = 'starting';

  addCheck(name: string, check: () => Promise<unknown>): void {
    this.#checks.set(name, check);
  }

  markRunning(): void {
    this.#state = 'running';
  }

  markStopping(): void {
    this.#state = 'stopping';
  }

  async readiness(): Promise<Readiness> {
    const checks = await Promise.all([...this.#checks].map(([name, check]) => runCheck(name, check)));
    const started: CheckResult = {
      name: 'service',
      ok: this.#state === 'running',
      ...(this.#state === 'running' ? {} : { reason: this.#state }),
    };
    return { ready: started.ok && checks.every((check) => check.ok), checks: [started, ...checks] };
  }
}

async function runCheck(name: string, check: () => Promise<unknown>): Promise<CheckResult> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => timeout.reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)),
    CHECK_TIMEOUT_MS,
  );
  try {
    await Promise.race([check(), timeout.promise]);
    return { name, ok: true };
  } catch (error) {
    return { name, ok: false, reason: redact(error instanceof Error ? error.message : String(error)) };
  } finally {
    clearTimeout(timer);
  }
}
