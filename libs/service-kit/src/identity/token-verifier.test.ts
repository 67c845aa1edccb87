import { createHmac, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { type Authenticator, createAuthenticator } from './authenticator.ts';

const RULES = { iss: 'quotefleet', aud: 'quotefleet-api' };
const base64 = (value: object | Buffer) =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url');

/** Plays auth: its keys, and its list of revocations. */
describe('verifying access tokens', () => {
  let server: Server;
  let authenticator: Authenticator;
  let published: JWK[];
  let privateKey: CryptoKey;
  let revocations: object[];
  let keysAsked: number;
  let isAway: boolean;

  beforeEach(async () => {
    const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    privateKey = pair.privateKey;
    published = [{ ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'EdDSA', use: 'sig' }];
    [revocations, keysAsked, isAway] = [[], 0, false];
    server = createServer((request, response) => {
      if (isAway) return void request.socket.destroy();
      const isKeys = request.url === '/.well-known/jwks.json';
      if (isKeys) keysAsked += 1;
      const body = isKeys ? { keys: published } : { success: true, data: { now: Date.now(), revocations } };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    open();
  });
  afterEach(async () => {
    await authenticator.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function open(): void {
    const address = server.address();
    authenticator = createAuthenticator(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  }
  const nowSeconds = () => Date.now() / 1000;
  const claims = (part: JWTPayload = {}) => ({
    ...{ ...RULES, sub: 'u', role: 'user', scopes: ['read'], sid: 's', iat: nowSeconds() },
    ...{ exp: Math.floor(nowSeconds()) + 60, ...part },
  });
  const sign = (part: JWTPayload = {}, header: object = {}, key = privateKey) =>
    new SignJWT(claims(part)).setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'k', ...header }).sign(key);
  const read = (token: string) => authenticator.authenticate({ token });
  const refused = async (token: string) =>
    expect(read(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', errors: [] });

  it('tells who, in which session and by what right, with the keys fetched once', async () => {
    const whole = { subject: 'u', client: 'u', role: 'user', scopes: ['read'], session: 's' };
    for (const exp of [nowSeconds() + 60, nowSeconds() + 60, nowSeconds() - 2].map(Math.floor))
      expect(await read(await sign({ exp }))).toEqual({ ...whole, expiresAt: exp * 1000 });
    expect(keysAsked).toBe(1);
  });

  it('refuses expired, early, foreign and incomplete ones, and those of another type', async () => {
    const [past, future] = [Math.floor(nowSeconds()) - 60, Math.floor(nowSeconds()) + 3600];
    const wrong: [JWTPayload, object?][] = [
      [{ exp: past }],
      [{ exp: undefined }],
      [{ nbf: future }],
      [{ iat: future, exp: future + 60 }],
      [{ iat: undefined }],
      [{ iss: 'somebody' }],
      [{ aud: 'else' }],
      [{ sub: undefined }],
      [{ scopes: 'all' }],
      [{ role: 'Not A Role' }],
      [{}, { typ: 'JWT' }],
      [{}, { typ: undefined }],
      [{}, { kid: undefined }],
    ];
    for (const [part, header] of wrong) await refused(await sign(part, header));
    expect(await read(await sign({ nbf: Math.floor(nowSeconds()) + 3 }))).toBeDefined();
  });

  it('takes no algorithm but its own, whatever the header says', async () => {
    const [publicJwk] = published;
    const pem = Buffer.from(String(publicJwk?.x), 'base64url');
    const header = { typ: 'at+jwt', kid: 'k' };
    const unsigned = `${base64({ ...header, alg: 'none' })}.${base64(claims())}`;
    await refused(`${unsigned}.`);
    await refused(`${base64({ ...header, alg: 'nOnE' })}.${base64(claims())}.`);
    // The public key as the secret of a symmetric signature.
    for (const secret of [pem, Buffer.from(JSON.stringify(publicJwk)), Buffer.alloc(0)]) {
      const input = `${base64({ ...header, alg: 'HS256' })}.${base64(claims())}`;
      await refused(`${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`);
    }
    const elliptic = await generateKeyPair('ES256');
    await refused(await sign({}, { alg: 'ES256' }, elliptic.privateKey));
    await refused(await sign({}, { jwk: await exportJWK(elliptic.publicKey), alg: 'ES256' }, elliptic.privateKey));
  });

  it('takes no token that was changed or signed by somebody else', async () => {
    const [header, , signature] = (await sign()).split('.');
    await refused(`${header}.${base64(claims({ role: 'admin', scopes: ['admin'] }))}.${signature}`);
    await refused(await sign({}, {}, (await generateKeyPair('EdDSA', { crv: 'Ed25519' })).privateKey));
    for (const token of ['', '.', 'a.b.c', `${header}..`, 'x'.repeat(5000)].filter(Boolean)) await refused(token);
  });

  it('uses no published key of another kind, nor one that carries a secret', async () => {
    const other = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const secret = { kty: 'oct', k: base64(Buffer.from('secret')), kid: 'hs', alg: 'HS256' };
    published.push({ ...other, kid: 'private' } as JWK, secret);
    published.push({ ...(await exportJWK(pair.publicKey)), kid: 'enc', use: 'enc' });
    expect(await read(await sign())).toBeDefined();
    for (const kid of ['private', 'hs', 'enc']) await refused(await sign({}, { kid }, pair.privateKey));
  });

  it('asks once, and not again for a while, for the keys that strangers name', async () => {
    await read(await sign());
    for (let index = 0; index < 20; index++) await refused(await sign({}, { kid: `unknown-${index}` }));
    expect(keysAsked).toBe(1);
  });

  it('goes on with what it knows while auth is away, and says so where it knows nothing', async () => {
    isAway = true;
    await expect(read(await sign())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    isAway = false;
    await read(await sign());
    isAway = true;
    expect(await read(await sign())).toMatchObject({ subject: 'u' });
  });

  it('refuses what was revoked before it started, and from the moment it is told', async () => {
    await authenticator.close();
    revocations = [{ kind: 'session', id: 'gone', at: Date.now() }];
    open();
    await refused(await sign({ sid: 'gone' }));
    const token = await sign({ sid: 'live' });
    expect(await read(token)).toMatchObject({ session: 'live' });
    authenticator.forget({ kind: 'session', id: 'live', at: Date.now() });
    await refused(token);
    expect(await read(await sign({ sid: 'other' }))).toBeDefined();
  });

  it('refuses tokens of a user from before a revocation, and takes those from after it', async () => {
    const at = Date.now() - 100;
    const before = await sign({ iat: (at - 1) / 1000 });
    expect(await read(before)).toBeDefined();
    authenticator.forget({ kind: 'user', id: 'u', at });
    await refused(before);
    expect(await read(await sign({ iat: (at + 1) / 1000 }))).toBeDefined();
    expect(await read(await sign({ sub: 'v', iat: (at - 1) / 1000 }))).toBeDefined();
  });
});
