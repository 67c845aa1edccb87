import { type Endpoint, errorEnvelopeSchema } from '@quotefleet/contracts';
import { type Dispatcher, Pool } from 'undici';
import { z } from 'zod';
import { AppError, unavailable } from '../errors/app-error.ts';
import { parseJson } from '../parse-json.ts';
import { remainingMs, traceHeaders } from './trace.ts';

const CONNECTIONS_MAX = 64;

interface CallOptions {
  params?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Calls endpoints of one other service. */
export interface HttpClient {
  /**
   * Calls an endpoint and gives the parsed `data` of its envelope.
   * @throws AppError with the code of the answer; TIMEOUT past the deadline; UNAVAILABLE when nobody answers
   */
  call<E extends Endpoint>(endpoint: E, options?: CallOptions): Promise<z.infer<E['data']>>;
  close(): Promise<void>;
}

interface HttpClientOptions {
  baseUrl: string;
  /** Deadline of every call; that of the request being served holds where it is nearer. */
  timeoutMs: number;
  /** Finds the way instead of connections to `baseUrl`; it stays open when the client closes. */
  dispatcher?: Dispatcher | undefined;
}

/** A client of the service at `baseUrl`. */
export function createHttpClient({ baseUrl, timeoutMs, dispatcher }: HttpClientOptions): HttpClient {
  const pool = new Pool(baseUrl, { connections: CONNECTIONS_MAX });
  return {
    async call(endpoint, options = {}) {
      const answer = await send(dispatcher ?? pool, endpoint, options, timeoutMs);
      return readEnvelope(endpoint, answer);
    },
    close: () => pool.destroy(),
  };
}

interface Answer {
  status: number;
  text: string;
  retryAfterSeconds: number | undefined;
}

async function send(way: Dispatcher, endpoint: Endpoint, options: CallOptions, longestMs: number): Promise<Answer> {
  const timeoutMs = Math.ceil(Math.min(longestMs, remainingMs()));
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  try {
    const response = await way.request({
      method: endpoint.method.toUpperCase() as 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      path: pathOf(endpoint, options),
      headers: {
        accept: 'application/json',
        ...traceHeaders(),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      signal,
    });
    const retryAfterSeconds = Number(response.headers['retry-after']) || undefined;
    return { status: response.statusCode, text: await response.body.text(), retryAfterSeconds };
  } catch (error) {
    if (deadline.aborted) {
      const message = `${endpoint.id} did not answer within ${timeoutMs} ms`;
      throw new AppError('TIMEOUT', message, { cause: error, retryAfterSeconds: 1 });
    }
    throw unavailable(`${endpoint.id} cannot be reached`, { cause: error });
  }
}

function pathOf(endpoint: Endpoint, { params = {}, query = {} }: CallOptions): string {
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(params[name] ?? ''));
  const pairs = Object.entries(query).filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  const search = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return search === '' ? path : `${path}?${search}`;
}

function readEnvelope<E extends Endpoint>(
  endpoint: E,
  { status, text, retryAfterSeconds }: Answer,
): z.infer<E['data']> {
  const body = parseJson(text);
  if (status < 400) {
    const parsed = z.object({ data: endpoint.data }).safeParse(body);
    if (parsed.success) return parsed.data.data as z.infer<E['data']>;
    throw new AppError('BAD_GATEWAY', `${endpoint.id} gave an answer of another shape`, { cause: parsed.error });
  }
  const failed = errorEnvelopeSchema.safeParse(body);
  if (!failed.success) throw new AppError('BAD_GATEWAY', `${endpoint.id} answered ${status}`);
  const { code, message, data } = failed.data;
  throw new AppError(code, message, {
    errors: data?.errors ?? [],
    ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
  });
}
