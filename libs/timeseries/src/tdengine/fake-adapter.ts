import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export interface FakeRequest {
  path: string;
  sql: string;
  authorization: string | undefined;
  /** Port of the client: the same for requests of one connection. */
  clientPort: number | undefined;
}

/** Answers a request; without an answer the request hangs. */
export type FakeAnswer = (request: FakeRequest, response: ServerResponse) => object | string | undefined;

/** Stands in for taosAdapter, for tests of what a real one does only in trouble. */
export interface FakeAdapter {
  url: string;
  requests: FakeRequest[];
  answer: FakeAnswer;
  close(): Promise<void>;
}

export async function startFakeAdapter(answer: FakeAnswer = () => rowsAnswer([])): Promise<FakeAdapter> {
  const server = createServer((request, response) => void serve(request, response));
  const fake: FakeAdapter = { url: '', requests: [], answer, close };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, url = '', socket } = request;
    const seen = { path: url, sql: await text(request), authorization: headers.authorization };
    fake.requests.push({ ...seen, clientPort: socket.remotePort });
    const body = fake.answer(fake.requests.at(-1) as FakeRequest, response);
    if (body !== undefined) response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  fake.url = `http://root:pass%20word@127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return fake;
}

/** An answer with rows; the types of the columns are those of the first row unless given. */
export function rowsAnswer(rows: readonly unknown[][], types: readonly string[] = []): object {
  const columnMeta = (rows[0] ?? []).map((value, i) => [
    `c${i}`,
    types[i] ?? (Number.isInteger(value) ? 'BIGINT' : 'VARCHAR'),
    8,
  ]);
  return { code: 0, column_meta: columnMeta, data: rows, rows: rows.length };
}

/** As an adapter sends errors: with HTTP status 200. */
export function errorAnswer(code: number, desc: string): object {
  return { code, desc };
}
