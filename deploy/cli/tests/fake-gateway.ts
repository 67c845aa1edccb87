import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeGateway {
  url: string;
  requests: { path: string; apiKey: string | undefined; contentType: string | undefined; body: string }[];
  close(): Promise<void>;
}

export type Answer = { status: number; body: unknown; headers?: Record<string, string> };

/** A gateway that records each request and answers what the test says. */
export async function startFakeGateway(
  answer: (path: string, call: number) => Answer | Promise<Answer>,
): Promise<FakeGateway> {
  const requests: FakeGateway['requests'] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    requests.push({
      path: request.url ?? '',
      apiKey: String(request.headers['x-api-key']),
      contentType: request.headers['content-type'],
      body: Buffer.concat(chunks).toString('latin1'),
    });
    const { status, body, headers } = await answer(request.url ?? '', requests.length);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A v1 envelope around `data`. */
export function envelope(data: unknown) {
  return { success: true, code: 'OK', message: 'ok', data, traceId: 't', timestamp: '2026-01-01T00:00:00.000+08:00' };
}

/** A v1 error. */
export function failure(code: string, message: string) {
  return { success: false, code, message, data: null, traceId: 't', timestamp: '2026-01-01T00:00:00.000+08:00' };
}
