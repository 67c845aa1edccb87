import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { DEFAULT_POLICY } from '@quotefleet/access';
import type { Identity, VersionedPolicy } from '@quotefleet/contracts';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { UpstreamName } from '../src/upstreams/upstream-names.ts';

/** A service that a test plays. */
export interface Stub {
  url: string;
  server: Server;
  /** What it answers with; a test puts its own here. */
  answer: RequestListener;
  /** The requests that came, newest last. */
  seen: { method: string; url: string; headers: IncomingMessage['headers'] }[];
  /** Open connections, as the stub sees them. */
  connections: Set<Socket>;
  /** Stops listening and cuts what is open; `start` listens on the same port again. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export type StubFleet = Record<UpstreamName, Stub>;

/** What the gateway asks by itself. */
const UNASKED = ['/health/ready', '/internal/policy', '/internal/revocations', '/internal/api-keys/used'];

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export async function startStub(): Promise<Stub> {
  const connections = new Set<Socket>();
  const stub: Stub = {
    url: '',
    server: createServer((request, response) => {
      // The gateway asks every now and then.
      if (!UNASKED.some((path) => request.url?.startsWith(path)))
        stub.seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
      stub.answer(request, response);
    }),
    answer: (request, response) => sendJson(response, 200, { success: true, data: { url: request.url } }),
    seen: [],
    connections,
    stop: () =>
      new Promise((resolve) => {
        stub.server.close(() => resolve());
        for (const socket of connections) socket.destroy();
      }),
    start: () =>
      new Promise((resolve) => void stub.server.listen(Number(new URL(stub.url).port), '127.0.0.1', resolve)),
  };
  stub.server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  await new Promise<void>((resolve) => void stub.server.listen(0, '127.0.0.1', resolve));
  const address = stub.server.address();
  stub.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return stub;
}

export async function startStubFleet(): Promise<StubFleet> {
  const names: UpstreamName[] = ['auth', 'market-data', 'cache', 'sync', 'realtime'];
  const entries = await Promise.all(names.map(async (name) => [name, await startStub()] as const));
  return Object.fromEntries(entries) as StubFleet;
}

export async function stopStubFleet(fleet: StubFleet): Promise<void> {
  await Promise.all(Object.values(fleet).map((stub) => (stub.server.listening ? stub.stop() : undefined)));
}

export const IDENTITIES: Readonly<Record<string, Identity>> = {
  'user-key': { subject: 'u1', client: 'k1', role: 'user', scopes: ['read'] },
  'service-key': { subject: 's1', client: 'k2', role: 'service', scopes: ['read', 'write'] },
  'admin-key': { subject: 'a1', client: 'k3', role: 'admin', scopes: ['read', 'write', 'admin'] },
};

/** Plays auth: answers introspection from `keys`, publishes a signing key and has the access policy. */
export async function playAuth(stub: Stub, keys: Map<string, Identity> = new Map(Object.entries(IDENTITIES))) {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA', use: 'sig' };
  const access: VersionedPolicy = { version: 1, policy: DEFAULT_POLICY };
  stub.answer = async (request, response) => {
    if (request.url === '/.well-known/jwks.json') return sendJson(response, 200, { keys: [jwk] });
    if (request.url === '/internal/policy') return sendJson(response, 200, { success: true, data: access });
    if (request.url?.startsWith('/internal/revocations'))
      return sendJson(response, 200, { success: true, data: { now: Date.now(), revocations: [] } });
    const body = await text(request);
    if (request.url !== '/internal/api-keys/introspect') return sendJson(response, 200, { success: true, data: body });
    const identity = keys.get((JSON.parse(body) as { key: string }).key);
    const envelope = { message: '', traceId: '', timestamp: '' };
    if (identity) sendJson(response, 200, { ...envelope, success: true, code: 'OK', data: identity });
    else sendJson(response, 401, { ...envelope, success: false, code: 'UNAUTHENTICATED', data: null });
  };
  const sign = (claims: JWTPayload, header: object = {}) =>
    new SignJWT({ iss: 'quotefleet', aud: 'quotefleet-api', iat: Date.now() / 1000, ...claims })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'k', typ: 'at+jwt', ...header })
      .sign(privateKey);
  return { keys, access, sign };
}
