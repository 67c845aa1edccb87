import { shanghaiMs } from '@quotefleet/domain';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import { createLogger, type RunningService } from '@quotefleet/service-kit';
import { createMarketDataService, parseMarketDataConfig } from '../src/index.ts';

/** The service on a free port with an in-process bus. */
export interface MarketDataFixture {
  service: RunningService;
  bus: EventBus;
  get(path: string): Promise<Answer>;
  post(path: string, body: string | Buffer | object, contentType?: string): Promise<Answer>;
  /** The response as it comes. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Hands records in that all must be taken. */
  store(table: string, records: readonly object[]): Promise<void>;
  stop(): Promise<void>;
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  body: any;
}

const INGEST_RECORDS = 5000;

export async function startMarketData(
  databaseUrl: string,
  env: Record<string, string> = {},
): Promise<MarketDataFixture> {
  const bus = createInProcessBus({});
  const config = parseMarketDataConfig({
    QF_DATABASE_URL: databaseUrl,
    QF_MARKET_DATA_PORT: '0',
    QF_SOURCE: 'none',
    ...env,
  });
  const logger = createLogger({ service: 'test', level: 'silent' });
  const service = await createMarketDataService(config, { bus, logger }).catch(async (error: unknown) => {
    await bus.close();
    throw error;
  });
  const call = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(`${service.url}${path}`, init);
    return { status: response.status, body: await response.json() };
  };
  const post: MarketDataFixture['post'] = (path, body, contentType = 'application/json') => {
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
    return call(path, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: isRaw ? new Uint8Array(Buffer.from(body)) : JSON.stringify(body),
    });
  };
  return {
    service,
    bus,
    get: (path) => call(path),
    post,
    fetch: (path, init) => fetch(`${service.url}${path}`, init),
    async store(table, records) {
      for (let at = 0; at < records.length; at += INGEST_RECORDS) {
        const { status, body } = await post(`/api/v1/ingest/${table}`, records.slice(at, at + INGEST_RECORDS));
        if (status !== 200 || body.data.rejected.length > 0)
          throw new Error(`${table}: ${JSON.stringify(body.data?.rejected?.[0] ?? body)}`);
      }
    },
    async stop() {
      await service.stop();
      await bus.close();
    },
  };
}

export interface TickParts {
  symbol?: string;
  seq: number;
  time: string;
  last: number;
  volume: number;
  high?: number;
  low?: number;
}

export const DATE = '2026-01-05';

/** A tick of the fixed day with an empty book. */
export function tick({ symbol = '600519.SH', seq, time, last, volume, high = 12, low = 9 }: TickParts) {
  const book = { bidPrices: [], bidVolumes: [], askPrices: [], askVolumes: [] };
  const prices = { last, open: 10, high, low, preClose: 10 };
  return { symbol, ts: shanghaiMs(DATE, time), seq, epoch: 'e1', ...prices, volume, amount: volume * 10, ...book };
}
