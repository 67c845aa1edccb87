import { ERROR_STATUS, type ErrorCode, errorEnvelopeSchema } from '@quotefleet/contracts';
import { AppError, currentTraceId, IDENTITY_HEADER, TRACE_HEADER, unavailable } from '@quotefleet/service-kit';
import { Pool } from 'undici';

const CONNECTIONS_MAX = 64;
const TIMEOUT_MS = 10_000;

/** Asks market-data as a client would, and keeps its bytes. */
export interface MarketData {
  /**
   * @returns the body of a 200
   * @throws AppError with the code market-data answered; UNAVAILABLE where it does not answer
   */
  get(path: string, options: { identity: string | undefined }): Promise<Buffer>;
  close(): Promise<void>;
}

export function createMarketData(baseUrl: string): MarketData {
  const pool = new Pool(baseUrl, { connections: CONNECTIONS_MAX });
  return {
    async get(path, { identity }) {
      const { status, body, retryAfter } = await request(pool, path, identity);
      if (status === 200) return body;
      throw toError(status, body, retryAfter);
    },
    close: () => pool.destroy(),
  };
}

async function request(pool: Pool, path: string, identity: string | undefined) {
  const headers = {
    accept: 'application/json',
    [TRACE_HEADER]: currentTraceId(),
    ...(identity === undefined ? {} : { [IDENTITY_HEADER]: identity }),
  };
  try {
    const response = await pool.request({ method: 'GET', path, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = Buffer.from(await response.body.arrayBuffer());
    return { status: response.statusCode, body, retryAfter: Number(response.headers['retry-after']) };
  } catch (error) {
    throw unavailable('market-data does not answer', { cause: error });
  }
}

function toError(status: number, body: Buffer, retryAfter: number): AppError {
  const envelope = errorEnvelopeSchema.safeParse(parseJson(body));
  if (!envelope.success) return new AppError('BAD_GATEWAY', `market-data answered ${status}`);
  const { code, message, data } = envelope.data;
  return new AppError(isErrorCode(code) ? code : 'BAD_GATEWAY', message, {
    errors: data?.errors ?? [],
    ...(Number.isFinite(retryAfter) ? { retryAfterSeconds: retryAfter } : {}),
  });
}

function isErrorCode(code: string): code is ErrorCode {
  return code in ERROR_STATUS;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
