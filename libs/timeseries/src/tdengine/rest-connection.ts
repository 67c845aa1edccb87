import { randomInt } from 'node:crypto';
import { Client, errors } from 'undici';
import { StoreUnavailableError } from '../time-series-store.ts';
import { parseAnswer } from './rest-answer.ts';
import type { SqlConnection, SqlRow } from './sql-connection.ts';
import type { TdengineAddress } from './tdengine-address.ts';

const KEEP_ALIVE_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;
const LONGEST_ANSWER_BYTES = 400 * 1024 * 1024;

/** Told to the server with each request: its logs name it, and so do errors. */
let lastRequestId = randomInt(2 ** 47);

/** One kept-alive connection to the REST interface of taosAdapter, for one request at a time. */
export class RestConnection implements SqlConnection {
  readonly #client: Client;
  readonly #origin: string;
  readonly #authorization: string;
  readonly #requestTimeoutMs: number;

  constructor({ origin, user, password }: TdengineAddress, requestTimeoutMs: number) {
    this.#client = new Client(origin, {
      keepAliveTimeout: KEEP_ALIVE_MS,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      // One limit for the whole request takes their place.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: LONGEST_ANSWER_BYTES,
    });
    this.#origin = origin;
    this.#authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    this.#requestTimeoutMs = requestTimeoutMs;
  }

  query(sql: string): Promise<SqlRow[]> {
    return this.#run(sql);
  }

  async execute(sql: string | Buffer): Promise<number> {
    const [row] = await this.#run(sql);
    return Number(row?.[0] ?? 0);
  }

  close(): Promise<void> {
    return this.#client.destroy();
  }

  async #run(sql: string | Buffer): Promise<SqlRow[]> {
    const requestId = ++lastRequestId;
    const { status, body } = await this.#post(`/rest/sql?req_id=${requestId}`, sql);
    return parseAnswer(status, body, requestId);
  }

  async #post(path: string, body: string | Buffer): Promise<{ status: number; body: string }> {
    try {
      const response = await this.#client.request({
        path,
        method: 'POST',
        headers: { authorization: this.#authorization, 'content-type': 'text/plain; charset=utf-8' },
        body,
        signal: AbortSignal.timeout(this.#requestTimeoutMs),
      });
      return { status: response.statusCode, body: await response.body.text() };
    } catch (error) {
      if (error instanceof errors.ResponseExceededMaxSizeError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new StoreUnavailableError(`TDengine at ${this.#origin} is not available: ${reason}`, { cause: error });
    }
  }
}
