import { AppError, IDENTITY_HEADER, traceHeaders, unavailable } from '@quotefleet/service-kit';
import { type Dispatcher, Pool } from 'undici';
import { toError } from './upstream-error.ts';

const CONNECTIONS_MAX = 64;
/** Answers that are passed on hold a connection each, as long as their client reads; more wait for one. */
const STREAMS_MAX = 256;
const TIMEOUT_MS = 10_000;
const JSON_TYPE = 'application/json';

/** Asks market-data as a client would. */
export interface MarketData {
  /**
   * @returns the body of a 200, which is JSON
   * @throws AppError with the code market-data answered; UNAVAILABLE where it does not answer
   */
  get(path: string, options: { identity: string | undefined }): Promise<Buffer>;
  /**
   * An answer of whatever kind and length, to be read as fast as its client reads.
   * @throws AppError UNAVAILABLE where there is none
   */
  open(path: string, options: OpenOptions): Promise<Dispatcher.ResponseData>;
  close(): Promise<void>;
}

interface OpenOptions {
  identity: string | undefined;
  accept: string | undefined;
  /** Ends the wait for the answer. */
  signal: AbortSignal;
}

export function createMarketData(baseUrl: string): MarketData {
  const pool = new Pool(baseUrl, { connections: CONNECTIONS_MAX });
  const streams = new Pool(baseUrl, { connections: STREAMS_MAX });
  return {
    async get(path, { identity }) {
      const { status, type, body, retryAfter } = await request(pool, path, identity);
      if (status !== 200) throw toError(status, body, retryAfter);
      if (type.startsWith(JSON_TYPE)) return body;
      throw new AppError('BAD_GATEWAY', `expected JSON from market-data, was ${type}`);
    },
    async open(path, { identity, accept, signal }) {
      try {
        return await streams.request({ method: 'GET', path, headers: headersOf(identity, accept), signal });
      } catch (error) {
        throw noAnswer(error);
      }
    },
    async close() {
      await Promise.all([pool.destroy(), streams.destroy()]);
    },
  };
}

async function request(pool: Pool, path: string, identity: string | undefined) {
  const headers = headersOf(identity, JSON_TYPE);
  try {
    const response = await pool.request({ method: 'GET', path, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = Buffer.from(await response.body.arrayBuffer());
    const { 'content-type': type, 'retry-after': retryAfter } = response.headers;
    return { status: response.statusCode, type: String(type), body, retryAfter: Number(retryAfter) };
  } catch (error) {
    throw noAnswer(error);
  }
}

function headersOf(identity: string | undefined, accept: string | undefined): Record<string, string> {
  return {
    ...traceHeaders(),
    ...(accept === undefined ? {} : { accept }),
    ...(identity === undefined ? {} : { [IDENTITY_HEADER]: identity }),
  };
}

function noAnswer(cause: unknown): AppError {
  return unavailable('market-data does not answer', { cause });
}
