import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import { decodeJwt } from 'jose';
import pg from 'pg';
import type { Mail } from '../src/mail/mailer.ts';
import { createWebhookMailer } from '../src/mail/webhook-mailer.ts';
import { call, startAuth } from './helpers.ts';
import { ADMIN, login, MASTER_KEY, PASSWORD, register, signIn } from './people.ts';

describeWith('postgres', 'e-mail and registration', (servers) => {
  const database = isolatedDatabase(servers);
  let auth: RunningService;
  let hook: Server;
  let mails: Mail[];
  let hookUrl: string;
  beforeAll(async () => {
    hook = createServer(async (request, response) => {
      mails.push(JSON.parse(await text(request)) as Mail);
      response.end();
    });
    await new Promise<void>((resolve) => void hook.listen(0, '127.0.0.1', resolve));
    const address = hook.address();
    hookUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/mail`;
    auth = await startAuth(database.url, { ...MASTER_KEY, QF_EMAIL_WEBHOOK_URL: hookUrl });
  });
  beforeEach(() => {
    mails = [];
  });
  afterAll(async () => {
    await auth.stop();
    hook.closeAllConnections();
    await new Promise((resolve) => hook.close(resolve));
  });

  const post = (path: string, body: object) => call(auth, `/api/v1/auth/${path}`, { body });
  async function mailed(): Promise<Mail> {
    await waitUntil(async () => mails.length > 0);
    return mails.shift() as Mail;
  }
  async function registerConfirmed(username: string, email: string): Promise<void> {
    await register(auth, username, { email });
    expect((await post('email/verify', { token: (await mailed()).token })).status).toBe(200);
  }
  const me = async (username: string) => {
    const { identity } = await signIn(auth, username);
    return (await call(auth, '/api/v1/auth/me', { identity })).data as unknown as Record<string, unknown>;
  };

  it('makes an address the user’s once its token comes back, once', async () => {
    await register(auth, 'alice', { email: 'Alice@Example.com' });
    expect(await me('alice')).toMatchObject({ username: 'alice', emailVerified: false, totp: false });
    const mail = await mailed();
    expect(mail).toMatchObject({ kind: 'verify-email', to: 'Alice@Example.com', username: 'alice' });
    expect((await post('email/verify', { token: `${mail.token}x` })).status).toBe(400);
    expect((await post('email/verify', { token: mail.token })).status).toBe(200);
    expect((await post('email/verify', { token: mail.token })).status).toBe(400);
    expect(await me('alice')).toMatchObject({ email: 'Alice@Example.com', emailVerified: true });
  });

  it('answers the same to a taken address, and tells its owner', async () => {
    await registerConfirmed('owner', 'taken@example.com');
    const free = await register(auth, 'first-guess', { email: 'free@example.com' });
    expect(await mailed()).toMatchObject({ kind: 'verify-email' });
    const taken = await register(auth, 'second-guess', { email: 'TAKEN@example.com' });
    expect(await mailed()).toEqual({ kind: 'email-taken', to: 'taken@example.com', username: 'owner' });
    const shape = ({ status, code, message, data }: typeof free) => ({
      status,
      code,
      message,
      keys: Object.keys(data),
    });
    expect(shape(taken)).toEqual(shape(free));
    expect((await login(auth, 'second-guess')).status).toBe(200);
  });

  it('lets a password be set by a token that was sent, which ends every session', async () => {
    await registerConfirmed('forgetter', 'forgetter@example.com');
    const { refreshToken } = await signIn(auth, 'forgetter');
    const known = await post('password/forgot', { email: 'Forgetter@example.com' });
    const unknown = await post('password/forgot', { email: 'nobody@example.com' });
    expect({ ...unknown, traceId: '', timestamp: '' }).toEqual({ ...known, traceId: '', timestamp: '' });
    expect(known.status).toBe(202);
    const { token, kind, to } = await mailed();
    // As it was confirmed: who asks for another spelling may have a mailbox of that name.
    expect({ kind, to }).toEqual({ kind: 'reset-password', to: 'forgetter@example.com' });
    const newPassword = 'another battery staple';
    expect((await post('password/reset', { token: 'qft_unknown', newPassword })).status).toBe(400);
    const refused = await post('password/reset', { token, newPassword: 'forgetter-forgetter' });
    expect(refused).toMatchObject({ status: 400, data: { errors: [{ field: 'newPassword' }] } });
    const both = [1, 2].map(() => post('password/reset', { token, newPassword }));
    expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([200, 400]);
    expect((await post('password/reset', { token, newPassword: PASSWORD })).status).toBe(400);
    expect((await post('refresh', { refreshToken })).status).toBe(401);
    expect((await login(auth, 'forgetter', { password: newPassword })).status).toBe(200);
    expect(mails).toEqual([]);
  });

  it('ends the tokens that were sent before a password was changed or set', async () => {
    const newPassword = 'another battery staple';
    await registerConfirmed('robbed', 'robbed@example.com');
    const { identity } = await signIn(auth, 'robbed');
    const change = (path: string, body: object) => call(auth, `/api/v1/auth/${path}`, { body, identity });
    await change('email', { email: 'thief@example.com', currentPassword: PASSWORD });
    const thief = await mailed();
    await post('password/forgot', { email: 'robbed@example.com' });
    const owner = await mailed();
    expect((await post('password/reset', { token: owner.token, newPassword })).status).toBe(200);
    expect((await post('email/verify', { token: thief.token })).status).toBe(400);

    await post('password/forgot', { email: 'robbed@example.com' });
    const stolen = await mailed();
    const again = await login(auth, 'robbed', { password: newPassword });
    const session = { ...identity, session: (decodeJwt(again.data.accessToken) as { sid: string }).sid };
    const body = { currentPassword: newPassword, newPassword: PASSWORD };
    expect((await call(auth, '/api/v1/auth/password', { body, identity: session })).status).toBe(200);
    expect((await post('password/reset', { token: stolen.token, newPassword })).status).toBe(400);
  });

  it('slows down who asks for one address again and again', async () => {
    const answers = [];
    for (let count = 0; count < 12; count++)
      answers.push(await post('password/forgot', { email: 'flood@example.com' }));
    expect(answers.map(({ status }) => status)).toContain(429);
    const registered = [];
    for (let count = 0; count < 12; count++)
      registered.push(await register(auth, `flooder-${count}`, { email: 'flooded@example.com' }));
    expect(registered.map(({ status }) => status)).toContain(429);
    const { identity } = await signIn(auth, 'flooder-0');
    const body = { email: 'flooded@example.com', currentPassword: PASSWORD };
    expect((await call(auth, '/api/v1/auth/email', { body, identity })).status).toBe(429);
    // Nobody was made of it.
    expect((await login(auth, 'flooder-11')).status).toBe(401);
    const sent = registered.filter(({ status }) => status === 201).length;
    await waitUntil(() => mails.length === sent);
    mails = [];
  });

  it('keeps addresses sealed, and tokens as hashes', async () => {
    await register(auth, 'sealed', { email: 'very.private@example.com' });
    const { token = '' } = await mailed();
    await post('email/verify', { token });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const dump = [];
    for (const table of ['users', 'one_time_tokens', 'audit_entries', 'attempts'])
      dump.push((await client.query(`SELECT * FROM auth.${table}`)).rows);
    dump.push((await client.query('SELECT * FROM outbox.events')).rows);
    await client.end();
    expect(JSON.stringify(dump)).not.toMatch(/very.private/i);
    expect(JSON.stringify(dump)).not.toContain(token);
  });

  it('registers nobody where it is closed, and by invitation alone where it is told to', async () => {
    const closed = await startAuth(database.url, { ...MASTER_KEY, QF_REGISTRATION: 'closed' });
    expect(await register(closed, 'latecomer')).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    await closed.stop();
    const byInvitation = await startAuth(database.url, { ...MASTER_KEY, QF_REGISTRATION: 'invite' });
    expect((await register(byInvitation, 'guest')).status).toBe(403);
    const invited = await call(byInvitation, '/api/v1/auth/invitations', { body: { role: 'pro' }, identity: ADMIN });
    const { invitation } = invited.data as unknown as { invitation: string };
    expect((await register(byInvitation, 'alice', { invitation })).status).toBe(409);
    expect(await register(byInvitation, 'guest', { invitation })).toMatchObject({ status: 201, data: { role: 'pro' } });
    expect((await register(byInvitation, 'second', { invitation })).status).toBe(403);
    const body = { role: 'pro' };
    expect((await call(byInvitation, '/api/v1/auth/invitations', { body, identity: {} })).status).toBe(403);
    await byInvitation.stop();
  });

  it.each(['http://example.com/mail', 'ftp://127.0.0.1/', 'file:///etc/passwd', 'https://user:pass@example.com', 'x'])(
    'does not start with the hook %s',
    (url) => {
      expect(() => startAuth(database.url, { QF_EMAIL_WEBHOOK_URL: url })).toThrow('QF_EMAIL_WEBHOOK_URL');
    },
  );

  it('reaches no metadata of a cloud, and follows no redirect', async () => {
    const mail = { kind: 'verify-email', to: 'a@example.com', username: 'a', token: 't' } as const;
    for (const host of ['169.254.169.254', '[fe80::1]', '0.0.0.0', '100.100.100.200', '[::ffff:169.254.169.254]']) {
      const mailer = createWebhookMailer(`https://${host}/`);
      await expect(mailer.send(mail)).rejects.toThrow('expected a mail service');
      await mailer.close();
    }
    const redirecting = createServer((_request, response) => response.writeHead(302, { location: hookUrl }).end());
    await new Promise<void>((resolve) => void redirecting.listen(0, '127.0.0.1', resolve));
    const address = redirecting.address();
    const mailer = createWebhookMailer(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
    await expect(mailer.send(mail)).rejects.toThrow('was 302');
    expect(mails).toEqual([]);
    await mailer.close();
    await new Promise((resolve) => redirecting.close(resolve));
  });
});
