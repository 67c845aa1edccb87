import type { Identity } from '@quotefleet/contracts';
import { generateMasterKey } from '@quotefleet/secrets';
import type { RunningService } from '@quotefleet/service-kit';
import { decodeJwt } from 'jose';
import { type Answer, type AnswerData, call } from './helpers.ts';

export const PASSWORD = 'correct horse battery';
export const ADMIN: Partial<Identity> = {
  subject: '00000000-0000-4000-8000-0000000000ad',
  role: 'admin',
  scopes: ['read', 'write', 'admin'],
};
/** With a master key, as the fleet has one. */
export const MASTER_KEY = { QF_MASTER_KEY: generateMasterKey() };

export async function register(auth: RunningService, username: string, more: object = {}): Promise<Answer> {
  return call(auth, '/api/v1/auth/register', { body: { username, password: PASSWORD, ...more } });
}

export const login = (auth: RunningService, username: string, more: object = {}): Promise<Answer> =>
  call(auth, '/api/v1/auth/login', { body: { username, password: PASSWORD, ...more } });

/** Signs in, and tells the identity that the gateway would make of the token. */
export async function signIn(
  auth: RunningService,
  username: string,
  more: object = {},
): Promise<AnswerData & { identity: Identity }> {
  const { data } = await login(auth, username, more);
  const { sub = '', sid, role, scopes } = decodeJwt<Identity & { sid: string }>(data.accessToken);
  const identity: Identity = { subject: sub, client: sub, role, scopes, session: sid };
  return { ...data, identity };
}

/** Asks the OAuth endpoint of that name in the form that RFC 6749 prefers. */
export async function askOAuth(
  auth: RunningService,
  name: 'token' | 'revoke' | 'introspect',
  parameters: Record<string, string>,
  client?: { id: string; secret: string },
) {
  const basic = client && Buffer.from(`${client.id}:${client.secret}`).toString('base64');
  const response = await fetch(`${auth.url}/api/v1/oauth/${name}`, {
    method: 'POST',
    headers: basic === undefined ? {} : { authorization: `Basic ${basic}` },
    body: new URLSearchParams(parameters),
  });
  const body = (await response.json()) as Record<string, string | number | boolean>;
  return { status: response.status, headers: response.headers, body };
}
