import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AuthRevokedPayload, Identity } from '@quotefleet/contracts';
import type { RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import type { DataSource } from 'typeorm';
import { announceEndedKeys } from '../src/api-keys/announce-ended-keys.ts';
import { openDatabase } from '../src/database/open-database.ts';
import { call, startAuth } from './helpers.ts';
import { ADMIN, PASSWORD, register, signIn } from './people.ts';

const HOUR_MS = 3600 * 1000;

/** What realtime ends connections by: the user, the session or the key that they were opened with. */
describeWith('postgres', 'the fleet is told at once', (servers) => {
  const database = isolatedDatabase(servers);
  let auth: RunningService;
  let dataSource: DataSource;
  beforeAll(async () => {
    auth = await startAuth(database.url);
    dataSource = await openDatabase(database.url);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await auth.stop();
  });

  const post = (path: string, identity: Partial<Identity>, body?: object) =>
    call(auth, `/api/v1${path}`, { method: 'POST', identity, ...(body ? { body } : {}) });
  const remove = (path: string, identity: Partial<Identity>) =>
    call(auth, `/api/v1${path}`, { method: 'DELETE', identity });
  /** What a change tells of, as `user ID`. */
  async function toldBy(change: () => Promise<{ status: number }>): Promise<string[]> {
    const last = await dataSource.query('SELECT coalesce(max(id), 0) AS id FROM outbox.events');
    expect([200, 201]).toContain((await change()).status);
    const rows: { payload: { payload: AuthRevokedPayload } }[] = await dataSource.query(
      `SELECT payload FROM outbox.events WHERE topic = 'auth.revoked' AND id > $1 ORDER BY id`,
      [last[0].id],
    );
    return rows.map(({ payload: { payload } }) => `${payload.kind} ${payload.id}`);
  }
  let count = 0;
  /** Somebody new, with a session and an API key. */
  async function someone() {
    const name = `someone-${count++}`;
    await register(auth, name);
    const { identity, refreshToken } = await signIn(auth, name);
    const { data: key } = await post('/api-keys', identity, { name: 'k' });
    return { name, identity, refreshToken, key, id: identity.subject, session: identity.session };
  }

  it('of whom an admin gives another role, disables or deletes, with all their connections', async () => {
    const { id, session } = await someone();
    expect(await toldBy(() => post(`/users/${id}/role`, ADMIN, { role: 'trial' }))).toEqual([`user ${id}`]);
    expect(await toldBy(() => post(`/users/${id}/disable`, ADMIN))).toEqual([`session ${session}`, `user ${id}`]);
    expect(await toldBy(() => post(`/users/${id}/enable`, ADMIN))).toEqual([]);
    expect(await toldBy(() => remove(`/users/${id}`, ADMIN))).toEqual([`user ${id}`]);
  });

  it('of sessions that end, by their user, by an admin, by a new password or by a refresh token that was stolen', async () => {
    const { name, identity, session } = await someone();
    expect(await toldBy(() => post('/auth/logout', identity))).toEqual([`session ${session}`]);
    const [mine, other] = [await signIn(auth, name), await signIn(auth, name)];
    expect(await toldBy(() => remove(`/auth/sessions/${other.identity.session}`, ADMIN))).toEqual([
      `session ${other.identity.session}`,
    ]);
    const third = await signIn(auth, name);
    const passwords = { currentPassword: PASSWORD, newPassword: 'a new battery staple' };
    expect(await toldBy(() => post('/auth/password', mine.identity, passwords))).toEqual([
      `session ${third.identity.session}`,
    ]);
    expect(await toldBy(() => post('/auth/logout-all', mine.identity))).toEqual([`session ${mine.identity.session}`]);
    const robbed = await someone();
    const use = () => call(auth, '/api/v1/auth/refresh', { body: { refreshToken: robbed.refreshToken } });
    await use();
    const reuse = async () => ({ status: (await use()).status === 401 ? 200 : 500 });
    expect(await toldBy(reuse)).toEqual([`session ${robbed.session}`]);
  });

  it('of API keys that are revoked or replaced at once, and of OAuth clients', async () => {
    const { identity, key } = await someone();
    const { data: second } = await post('/api-keys', identity, { name: 'second' });
    const rotate = (overlapHours: number) => post(`/api-keys/${second.id}/rotate`, identity, { overlapHours });
    expect(await toldBy(() => remove(`/api-keys/${key.id}`, identity))).toEqual([`api-key ${key.id}`]);
    expect(await toldBy(() => rotate(0))).toEqual([`api-key ${second.id}`]);
    const { data: client } = await post('/oauth/clients', ADMIN, { name: 'c', role: 'user', scopes: ['read'] });
    expect(await toldBy(() => remove(`/oauth/clients/${client.id}`, ADMIN))).toEqual([`user ${client.id}`]);
  });

  it('of a rotated key when its time is over, once', async () => {
    const { identity, key } = await someone();
    expect(await toldBy(() => post(`/api-keys/${key.id}/rotate`, identity, { overlapHours: 1 }))).toEqual([]);
    const end = async (hours: number) => {
      await announceEndedKeys(dataSource, new Date(Date.now() + hours * HOUR_MS));
      return { status: 200 };
    };
    expect(await toldBy(() => end(0.9))).toEqual([]);
    expect(await toldBy(() => end(1.1))).toEqual([`api-key ${key.id}`]);
    expect(await toldBy(() => end(1.2))).toEqual([]);
  });
});
