import { type Dispatcher, Pool } from 'undici';
import { connectionError, statusError } from './influx-errors.ts';
import { type ResultSeries, resultSeries } from './query-answer.ts';

export interface InfluxClientOptions {
  /** `http://user:password@host:port`, or `https:`; user and password where the server asks for them. */
  url: string;
  database: string;
  /** Longest wait for the first byte of an answer, and between two of its parts, ms. */
  timeoutMs: number;
  onConnectionError?: ((error: Error) => void) | undefined;
}

/** One statement, or several separated by `;`. */
export interface InfluxQuery {
  text: string;
  /** The texts for each `$name` in it. */
  params?: Readonly<Record<string, string>>;
}

const CONNECTIONS = 8;
const CONNECT_TIMEOUT_MS = 5_000;
/** Rows of one JSON document of an answer. */
const CHUNK_ROWS = 2_000;

/** Requests to the v1 API of one InfluxDB, over connections that are kept. */
export class InfluxClient {
  readonly database: string;
  readonly #pool: Pool;
  readonly #host: string;
  readonly #path: string;
  readonly #headers: Record<string, string>;

  constructor({ url, database, timeoutMs, onConnectionError }: InfluxClientOptions) {
    const { protocol, host, pathname, username, password } = parseUrl(url);
    this.database = database;
    this.#host = host;
    this.#path = pathname.replace(/\/$/, '');
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.#headers = username === '' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
    this.#pool = new Pool(`${protocol}//${host}`, {
      connections: CONNECTIONS,
      connect: { timeout: Math.min(timeoutMs, CONNECT_TIMEOUT_MS) },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    if (onConnectionError) this.#pool.on('connectionError', (_origin, _targets, error) => onConnectionError(error));
  }

  /** Stores lines under a retention policy; resolves once they are durable. */
  async write(policy: string, lines: string): Promise<void> {
    const place = new URLSearchParams({ db: this.database, rp: policy });
    await this.#request(`/write?${place}`, lines, 'text/plain', (response) => response.body.dump());
  }

  /** Hands over what the statements answer, as it comes; times are in microseconds. */
  query({ text, params }: InfluxQuery, onSeries: (series: ResultSeries) => void): Promise<void> {
    const form = new URLSearchParams({
      db: this.database,
      q: text,
      epoch: 'u',
      chunked: 'true',
      chunk_size: String(CHUNK_ROWS),
      ...(params && { params: JSON.stringify(params) }),
    });
    return this.#request('/query', form.toString(), 'application/x-www-form-urlencoded', async ({ body }) => {
      for await (const series of resultSeries(body)) onSeries(series);
    });
  }

  /** As `query`, all at once. */
  async queryAll(query: InfluxQuery): Promise<ResultSeries[]> {
    const series: ResultSeries[] = [];
    await this.query(query, (one) => series.push(one));
    return series;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #request(path: string, body: string, type: string, take: (response: Dispatcher.ResponseData) => Promise<void>) {
    try {
      const headers = { ...this.#headers, 'content-type': type };
      const response = await this.#pool.request({ method: 'POST', path: this.#path + path, headers, body });
      if (response.statusCode >= 300) throw statusError(response.statusCode, await response.body.text());
      await take(response);
    } catch (error) {
      throw connectionError(error, this.#host);
    }
  }
}

/** Says nothing of the URL itself, which may hold a password. */
function parseUrl(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return parsed;
  throw new TypeError(
    `expected the URL of InfluxDB to be http://host:port, was one of ${parsed?.protocol ?? 'no form'}`,
  );
}
