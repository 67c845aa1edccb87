import { authApi, type Endpoint } from '@quotefleet/contracts';
import { mount, parsePart } from '@quotefleet/service-kit';
import express, { type Request, type RequestHandler, Router } from 'express';
import type { z } from 'zod';
import type { AuthEvents } from '../events.ts';
import { adminOf } from '../routes/admin-of.ts';
import { authenticateClient } from './client-credentials.ts';
import type { OAuthClient } from './oauth-client-store.ts';
import type { OAuthClients } from './oauth-clients.ts';
import { OAuthError, sendOAuthErrors } from './oauth-error.ts';
import type { OAuthTokens } from './oauth-tokens.ts';

const BODY_BYTES_MAX = 16_384;

export interface OAuthParts {
  oauthClients: OAuthClients;
  oauthTokens: OAuthTokens;
  events: Pick<AuthEvents, 'requestFailed'>;
}

/** The endpoints of RFC 6749, 7009 and 7662, in their own form, and those by which admins keep clients. */
export function mountOAuthRoutes(router: Router, { oauthClients, oauthTokens, events }: OAuthParts): void {
  const json = express.json({ limit: BODY_BYTES_MAX });
  const clientOf = (request: Request, body: { client_id?: string | undefined; client_secret?: string | undefined }) =>
    authenticateClient(oauthClients, request, body);
  const needClient = async (...asked: Parameters<typeof clientOf>): Promise<OAuthClient> => {
    const client = await clientOf(...asked);
    if (!client) throw new OAuthError('invalid_client', 'expected the credentials of a client');
    return client;
  };

  const protocol = Router();
  // Each parameter once: the last of two would win here, and the first elsewhere (RFC 6749 section 3.2).
  protocol.use(json, express.urlencoded({ extended: false, limit: BODY_BYTES_MAX }));
  serve(protocol, authApi.oauthToken, async (body, request) => {
    const client = await clientOf(request, body);
    return oauthTokens.issue(body, client);
  });
  serve(protocol, authApi.oauthRevoke, async (body, request) => {
    const client = await needClient(request, body);
    await oauthTokens.revoke(needToken(body.token), client);
    return {};
  });
  serve(protocol, authApi.oauthIntrospect, async (body, request) => {
    const client = await needClient(request, body);
    return oauthTokens.introspect(needToken(body.token), client);
  });
  protocol.use(sendOAuthErrors(events.requestFailed));
  router.post(/^\/api\/v1\/oauth\/(token|revoke|introspect)$/, protocol);

  mount(router, authApi.createOAuthClient, ({ body, request }) => oauthClients.create(adminOf(request), body), json);
  mount(router, authApi.listOAuthClients, async ({ request }) => {
    adminOf(request);
    return { clients: await oauthClients.list() };
  });
  mount(
    router,
    authApi.rotateOAuthClient,
    ({ params, body, request }) => oauthClients.rotate(adminOf(request), params.id, body.overlapHours),
    json,
  );
  mount(router, authApi.revokeOAuthClient, async ({ params, request }) => {
    await oauthClients.revoke(adminOf(request), params.id);
    return { revoked: true as const };
  });
}

/** Answers with the bare value, which no cache may keep (RFC 6749 section 5.1). */
function serve<E extends Endpoint & { body: z.ZodType }>(
  router: Router,
  endpoint: E,
  handle: (body: z.infer<E['body']>, request: Request) => Promise<z.input<E['data']>>,
): void {
  const handler: RequestHandler = async (request, response) => {
    response.setHeader('Pragma', 'no-cache');
    response.json(await handle(parsePart<E['body']>(endpoint.body, request.body ?? {}), request));
  };
  router.post(endpoint.path, handler);
}

function needToken(token: string | undefined): string {
  if (token === undefined) throw new OAuthError('invalid_request', 'expected token');
  return token;
}
