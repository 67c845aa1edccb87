import type { Envelope, ErrorEnvelope } from '@quotefleet/contracts/shapes';
import { QuotefleetError, toClientError } from '../client-error.ts';
import type { Credentials, TokenSource } from '../credentials.ts';
import { aborted, sleep, unlessAborted } from '../sleep.ts';
import { parseRetryAfter, type RetryOptions, retryDelay } from './retry.ts';
import type { Callable, CallOptions, CallSettings, DataOf } from './route.ts';

export interface RestOptions {
  /** Of the gateway, without a path: `https://quotes.example`. */
  baseUrl: string;
  credentials: Credentials;
  /** For each attempt, ms. */
  timeoutMs: number;
  retry: RetryOptions;
  /** `fetch` of the platform where absent. */
  fetch?: typeof fetch | undefined;
}

interface LooseOptions extends CallSettings {
  params?: Readonly<Record<string, unknown>>;
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
}

const SAFE_TO_REPEAT: ReadonlySet<string> = new Set(['get', 'put', 'delete']);

/** Calls endpoints of the REST API. */
export class RestClient {
  readonly #options: RestOptions;
  readonly #tokens: TokenSource | undefined;

  constructor(options: RestOptions, tokens: TokenSource | undefined) {
    this.#options = options;
    this.#tokens = tokens;
  }

  /**
   * Calls an endpoint and gives the `data` of its answer.
   *
   * A GET, PUT or DELETE, or a POST with an idempotency key, is sent again where nobody answered or the answer says
   * "later", after the time it says. A token that is refused is renewed once where there is a provider.
   * @throws QuotefleetError
   * @example await client.rest.call(routes.listDividends, { params: { symbol: '600519.SH' } })
   */
  async call<C extends Callable>(endpoint: C, options: CallOptions<C>): Promise<DataOf<C>> {
    const loose: LooseOptions = options;
    const repeats = SAFE_TO_REPEAT.has(endpoint.method) || loose.idempotencyKey !== undefined;
    let mayRenew = this.#tokens?.canRenew === true;
    for (let attempt = 0; ; ) {
      const token = this.#tokens && (await unlessAborted(this.#tokens.current(), loose.signal));
      try {
        return (await this.#send(endpoint, loose, token)) as DataOf<C>;
      } catch (thrown) {
        const error = toClientError(thrown, 'NETWORK', `${endpoint.path} cannot be reached`);
        if (error.code === 'UNAUTHENTICATED' && mayRenew) {
          mayRenew = false;
          if (this.#tokens) await unlessAborted(this.#tokens.renew(token, 'refused'), loose.signal);
          continue;
        }
        const waitMs = repeats ? retryDelay(error, attempt, this.#options.retry) : undefined;
        if (waitMs === undefined) throw error;
        attempt += 1;
        await sleep(waitMs, loose.signal);
      }
    }
  }

  async #send(endpoint: Callable, options: LooseOptions, token: string | undefined): Promise<unknown> {
    const { baseUrl, fetch: send = globalThis.fetch } = this.#options;
    const timeoutMs = options.timeoutMs ?? this.#options.timeoutMs;
    const { body, signal } = options;
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const response = await send(`${baseUrl}${pathOf(endpoint.path, options)}`, {
        method: endpoint.method.toUpperCase(),
        headers: this.#headers(options, token),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
      return readAnswer(endpoint.path, response, await response.text());
    } catch (error) {
      if (signal?.aborted) throw aborted(signal);
      if (deadline.aborted)
        throw new QuotefleetError('TIMEOUT', `${endpoint.path} did not answer within ${timeoutMs} ms`, {
          cause: error,
        });
      throw error;
    }
  }

  #headers({ body, idempotencyKey }: LooseOptions, token: string | undefined): Record<string, string> {
    const { apiKey } = this.#options.credentials;
    return {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    };
  }
}

function pathOf(path: string, { params = {}, query = {} }: LooseOptions): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = params[name];
    if (value === undefined || value === '')
      throw new QuotefleetError('INVALID_ARGUMENT', `expected the parameter ${name} of ${path}`);
    return encodeURIComponent(String(value));
  });
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return search === '' ? filled : `${filled}?${search}`;
}

function readAnswer(path: string, response: Response, text: string): unknown {
  const envelope = parseEnvelope(text);
  const { status } = response;
  if (response.ok && envelope?.success) return envelope.data;
  if (!envelope || envelope.success)
    throw new QuotefleetError(
      status < 500 ? 'UNEXPECTED' : 'BAD_GATEWAY',
      `${path} answered ${status}, not as the API does`,
      {
        status,
      },
    );
  throw new QuotefleetError(envelope.code, envelope.message, {
    status,
    errors: envelope.data?.errors ?? [],
    traceId: envelope.traceId,
    retryAfterMs: parseRetryAfter(response.headers.get('retry-after')),
  });
}

function parseEnvelope(text: string): (Envelope<unknown> & { success: true }) | ErrorEnvelope | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isEnvelope = typeof value === 'object' && value !== null && 'success' in value && 'code' in value;
    return isEnvelope ? (value as (Envelope<unknown> & { success: true }) | ErrorEnvelope) : undefined;
  } catch {
    return undefined;
  }
}
