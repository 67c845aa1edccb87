import type { Request } from 'express';
import type { OAuthClient } from './oauth-client-store.ts';
import type { OAuthClients } from './oauth-clients.ts';
import { OAuthError } from './oauth-error.ts';

const BASIC = /^Basic +([A-Za-z0-9+/]{1,800}={0,2})$/i;

interface BodyCredentials {
  client_id?: string | undefined;
  client_secret?: string | undefined;
}

/**
 * The client that makes a request, by HTTP Basic or by the body, not by both; undefined where it names none.
 * @throws OAuthError invalid_client, invalid_request
 */
export async function authenticateClient(
  clients: Pick<OAuthClients, 'authenticate'>,
  request: Request,
  body: BodyCredentials,
): Promise<OAuthClient | undefined> {
  const credentials = credentialsOf(request, body);
  if (!credentials) return undefined;
  const client = await clients.authenticate(credentials);
  if (!client) throw new OAuthError('invalid_client', 'the client id or its secret is wrong');
  return client;
}

function credentialsOf(request: Request, { client_id: id, client_secret: secret }: BodyCredentials) {
  const header = request.get('authorization');
  if (header === undefined) {
    if (id === undefined && secret === undefined) return undefined;
    if (id === undefined || secret === undefined)
      throw new OAuthError('invalid_client', 'expected client_id and client_secret');
    return { id, secret };
  }
  if (secret !== undefined)
    throw new OAuthError('invalid_request', 'expected one way of client authentication, were two');
  const encoded = BASIC.exec(header)?.[1];
  const [, basicId, basicSecret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
  if (basicId === undefined || basicSecret === undefined)
    throw new OAuthError('invalid_client', 'expected HTTP Basic authentication');
  const decoded = { id: formDecode(basicId), secret: formDecode(basicSecret) };
  if (id !== undefined && id !== decoded.id) throw new OAuthError('invalid_request', 'expected one client, were two');
  return decoded;
}

/** RFC 6749 section 2.3.1: both parts are form-encoded before they are joined. */
function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) throw new OAuthError('invalid_client', 'expected form-encoded client credentials');
    throw error;
  }
}
