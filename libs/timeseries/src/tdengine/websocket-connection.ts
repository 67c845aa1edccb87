import { StoreUnavailableError } from '../time-series-store.ts';
import { serverError } from './server-error.ts';
import type { SqlConnection, SqlRow } from './sql-connection.ts';
import type { TdengineAddress } from './tdengine-address.ts';

/** What is used of the package `@tdengine/websocket`. */
export interface WebSocketConnector {
  WSConfig: new (
    url: string,
  ) => {
    setUser(user: string): void;
    setPwd(password: string): void;
    setTimeOut(ms: number): void;
  };
  sqlConnect(config: object): Promise<WebSocketSql>;
  setLogLevel(level: string): void;
  /** Closes the sockets that the connector keeps for use again. */
  destroy(): void;
}

interface WebSocketSql {
  exec(sql: string): Promise<{ getAffectRows(): number | null | undefined }>;
  close(): Promise<void>;
}

/** The connector's own codes: 100 to 199 are about the connection. */
const OWN_CODES = { from: 100, to: 199 };

/**
 * Changes by WebSocket, reads by REST: the connector gives NULL as the text "NULL", which a row may as well hold, and is the
 * slower of the two at reading.
 */
export class WebSocketConnection implements SqlConnection {
  readonly #sql: WebSocketSql;
  readonly #rest: SqlConnection;

  private constructor(sql: WebSocketSql, rest: SqlConnection) {
    this.#sql = sql;
    this.#rest = rest;
  }

  static async open(
    connector: WebSocketConnector,
    address: TdengineAddress,
    { rest, requestTimeoutMs }: { rest: SqlConnection; requestTimeoutMs: number },
  ): Promise<WebSocketConnection> {
    const config = new connector.WSConfig(address.webSocketUrl);
    config.setUser(address.user);
    config.setPwd(address.password);
    config.setTimeOut(requestTimeoutMs);
    return new WebSocketConnection(await translated(() => connector.sqlConnect(config)), rest);
  }

  query(sql: string): Promise<SqlRow[]> {
    return this.#rest.query(sql);
  }

  async execute(sql: string | Buffer): Promise<number> {
    const result = await translated(() => this.#sql.exec(sql.toString()));
    return result.getAffectRows() ?? 0;
  }

  async close(): Promise<void> {
    await Promise.all([this.#sql.close(), this.#rest.close()]);
  }
}

/** The connector's messages name address and credentials, or quote the statement: they go no further. */
async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    const isOwn = code === undefined || (code >= OWN_CODES.from && code <= OWN_CODES.to);
    if (!isOwn) throw serverError(code, error instanceof Error ? error.message : '');
    throw new StoreUnavailableError(`TDengine is not available: WebSocket error ${code ?? 'without a code'}`);
  }
}

function codeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
}
