import type { Encoding } from '@quotefleet/contracts/shapes';
import { QuotefleetError } from './client-error.ts';
import { type Credentials, TokenSource } from './credentials.ts';
import type { ReconnectOptions } from './realtime/backoff.ts';
import { createGapRepair } from './realtime/gap-repair.ts';
import { RealtimeClient } from './realtime/realtime-client.ts';
import { restSeries } from './realtime/stored-series.ts';
import { MarketCalls } from './rest/market-calls.ts';
import { RestClient } from './rest/rest-client.ts';
import type { RetryOptions } from './rest/retry.ts';

export interface ClientOptions extends Credentials {
  /** Of the gateway, without a path: `https://quotes.example`. */
  url: string;
  /** Of each REST call, ms: 15,000 where absent. */
  timeoutMs?: number;
  retry?: RetryOptions;
  realtime?: RealtimeOptions;
  /** Instead of the platform's. */
  fetch?: typeof fetch;
  /**
   * Is handed what callbacks throw, and what goes wrong where nobody waits and the client helps itself, such as a token
   * that could not be renewed yet. Where absent, the former is thrown and the latter is not told.
   */
  onError?: (error: unknown) => void;
}

export interface RealtimeOptions {
  /** Of the gateway, or of what is in front of the realtime nodes, where that is another. */
  url?: string;
  /** `/socket.io` where absent. */
  path?: string;
  /** Only `websocket` where absent, which needs no sticky sessions; `polling` is for networks that let nothing else pass. */
  transports?: readonly ('websocket' | 'polling')[];
  /** `json` where absent. */
  encoding?: Encoding;
  reconnect?: ReconnectOptions;
  /** For a connection to come about, ms: 10,000 where absent. */
  connectTimeoutMs?: number;
  /** For the answer to a call, ms: 10,000 where absent. */
  callTimeoutMs?: number;
  /** Without a message or heartbeat for so long the connection is given up, ms: 40,000 where absent. */
  silenceMs?: number;
  /** Keeps calls of `subscribe` that are made without a connection until there is one, instead of refusing them. */
  bufferWhileOffline?: boolean;
  /** Messages that may wait for a loop over a subscription: 10,000 where absent. */
  queueMax?: number;
  /** False: what is missed is told as a gap, and not read by REST. */
  repairGaps?: boolean;
  /** While a gap is repaired, what follows in its room waits: so many messages (5000 where absent) ... */
  holdMax?: number;
  /** ... and so long, ms: 6000 where absent. */
  holdMs?: number;
}

/** A client of one fleet. */
export interface QuotefleetClient {
  /** Any endpoint: `client.rest.call(routes.NAME, ...)`. */
  readonly rest: RestClient;
  /** What is asked most, by name. */
  readonly market: MarketCalls;
  readonly realtime: RealtimeClient;
  /** Ends the realtime connection. */
  close(): void;
}

const HTTP_URL = /^https?:\/\/\S+$/;

/**
 * A client for REST and realtime, in browsers and Node.
 * @throws QuotefleetError INVALID_ARGUMENT where the url is none
 * @example
 * const client = createClient({ url: 'https://quotes.example', apiKey });
 * const { bars } = await client.market.bars('600519.SH', { period: '1d', limit: 30 });
 */
export function createClient(options: ClientOptions): QuotefleetClient {
  const { url, apiKey, token, ticket, timeoutMs = 15_000, retry = {}, realtime = {} } = options;
  const onError = options.onError && carefully(options.onError);
  if (!HTTP_URL.test(url))
    throw new QuotefleetError('INVALID_ARGUMENT', `expected a url such as https://quotes.example, found ${url}`);
  const baseUrl = url.replace(/\/+$/, '');
  const credentials = { apiKey, token, ticket };
  const tokens = token === undefined ? undefined : new TokenSource(token);
  const rest = new RestClient({ baseUrl, credentials, timeoutMs, retry, fetch: options.fetch }, tokens);
  const market = new MarketCalls(rest);
  const { repairGaps = true, url: realtimeUrl = baseUrl, path = '/socket.io', transports = ['websocket'] } = realtime;
  const { encoding = 'json', reconnect = {}, connectTimeoutMs = 10_000, callTimeoutMs = 10_000 } = realtime;
  const { silenceMs = 40_000, bufferWhileOffline = false, queueMax = 10_000, holdMax = 5000, holdMs = 6000 } = realtime;
  const client = new RealtimeClient(
    {
      ...{ link: { url: realtimeUrl.replace(/\/+$/, ''), path, transports, connectTimeoutMs }, credentials, encoding },
      ...{ reconnect, silenceMs, callTimeoutMs, bufferWhileOffline, queueMax, holdMax, holdMs },
      ...{ onError: onError ?? throwLater, report: onError ?? (() => undefined) },
      repair: repairGaps ? createGapRepair(restSeries(market)) : undefined,
    },
    tokens,
  );
  return { rest, market, realtime: client, close: () => client.close() };
}

function carefully(onError: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    try {
      onError(error);
    } catch (thrown) {
      throwLater(thrown);
    }
  };
}

/** As an exception of its own: a mistake in a callback shall be seen. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
