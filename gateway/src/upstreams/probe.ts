import { Pool } from 'undici';

const INTERVAL_MS = 3000;
const TIMEOUT_MS = 2500;

/** What is known of an instance's health from asking it now and then. */
export interface Probe {
  readonly healthy: boolean;
  /** Since when it has been so, ms since epoch. */
  readonly since: number;
  /** For who met a closed port: it counts as unhealthy until it answers again. */
  markDown(): void;
  close(): Promise<void>;
}

interface ProbeOptions {
  url: string;
  /** What is believed until the first answer. */
  healthy: boolean;
  tell: (healthy: boolean) => void;
}

/**
 * Asks an instance every 3 s whether it is ready. Over a connection of its own: a full pool says nothing about health.
 */
export function startProbe({ url, tell, ...options }: ProbeOptions): Probe {
  const pool = new Pool(url, { connections: 1, connect: { timeout: TIMEOUT_MS }, pipelining: 1 });
  let { healthy } = options;
  let since = Date.now();
  let asking = false;

  function learn(isHealthy: boolean): void {
    if (isHealthy === healthy) return;
    healthy = isHealthy;
    since = Date.now();
    tell(healthy);
  }

  async function ask(): Promise<void> {
    if (asking) return;
    asking = true;
    learn(await isReady(pool));
    asking = false;
  }

  const timer = setInterval(() => void ask(), INTERVAL_MS).unref();
  if (!healthy) void ask();
  return {
    get healthy() {
      return healthy;
    },
    get since() {
      return since;
    },
    markDown: () => learn(false),
    close() {
      clearInterval(timer);
      return pool.destroy();
    },
  };
}

async function isReady(pool: Pool): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { statusCode, body } = await pool.request({ method: 'GET', path: '/health/ready', signal });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}
