import { authApi, signingApi } from '@quotefleet/contracts';
import { identityOf, mount, toShanghaiIso } from '@quotefleet/service-kit';
import express, { type RequestHandler, type Router } from 'express';
import type { ApiKeys } from '../api-keys/api-keys.ts';
import type { Audit } from '../audit/audit.ts';
import type { Revocations } from '../revocations/list-revocations.ts';
import type { SigningKey } from '../signing-keys/signing-key-store.ts';
import type { SigningKeys } from '../signing-keys/signing-keys.ts';
import { adminOf } from './admin-of.ts';

/** How long a verifier may keep the public keys. */
const JWKS_MAX_AGE_SECONDS = 300;
/** A report of uses names up to ten thousand keys. */
const USES_BYTES_MAX = 2 * 1024 * 1024;

interface KeyParts {
  apiKeys: ApiKeys;
  signingKeys: SigningKeys;
  revocations: Revocations;
  audit: Audit;
}

/** API keys, and the keys that tokens are signed by. */
export function mountKeyRoutes(router: Router, parts: KeyParts, json: RequestHandler): void {
  const { apiKeys, signingKeys } = parts;
  mount(router, authApi.createApiKey, ({ body, request }) => apiKeys.create(identityOf(request), body), json);
  mount(router, authApi.listApiKeys, async ({ request }) => ({ apiKeys: await apiKeys.list(identityOf(request)) }));
  mount(
    router,
    authApi.renameApiKey,
    async ({ params, body, request }) => {
      await apiKeys.rename(identityOf(request), params.id, body.name);
      return { changed: true as const };
    },
    json,
  );
  mount(
    router,
    authApi.rotateApiKey,
    ({ params, body, request }) => apiKeys.rotate(identityOf(request), params.id, body.overlapHours),
    json,
  );
  mount(router, authApi.revokeApiKey, async ({ params, request }) => {
    await apiKeys.revoke(identityOf(request), params.id);
    return { revoked: true as const };
  });

  mount(router, authApi.listSigningKeys, async ({ request }) => {
    adminOf(request);
    const { kid } = await signingKeys.current();
    return { keys: (await signingKeys.published()).map((key) => toView(key, kid)) };
  });
  mount(router, authApi.rotateSigningKeys, async ({ request }) => {
    const { subject, client } = adminOf(request);
    const { key } = await signingKeys.rotate();
    const entry = { actor: subject, client, action: 'signing-key.rotate', target: `signing-key:${key.kid}` };
    await parts.audit.record({ ...entry, outcome: 'allowed' });
    return toView(key, (await signingKeys.current()).kid);
  });
  router.get(authApi.getJwks.path, async (_request, response) => {
    const keys = (await signingKeys.published()).map((key) => key.publicJwk);
    response.set('Cache-Control', `public, max-age=${JWKS_MAX_AGE_SECONDS}`).json({ keys });
  });
  mountInternalRoutes(router, parts, json);
}

/** For the fleet alone. */
function mountInternalRoutes(router: Router, { apiKeys, revocations }: KeyParts, json: RequestHandler): void {
  mount(router, authApi.introspectApiKey, ({ body }) => apiKeys.introspect(body.key), json);
  mount(router, signingApi.lookUpSigningSecret, ({ body }) => apiKeys.lookUpSigning(body.keyId), json);
  mount(router, authApi.listRevocations, ({ query }) => revocations.list(query));
  mount(
    router,
    authApi.reportKeyUses,
    async ({ body }) => {
      const uses = body.uses.map(({ id, lastUsedAt }) => ({ id, lastUsedAt: new Date(lastUsedAt) }));
      return { noted: await apiKeys.noteUses(uses) };
    },
    express.json({ limit: USES_BYTES_MAX }),
  );
}

function toView({ kid, createdAt, signsFrom }: SigningKey, signingKid: string) {
  const times = { publishedAt: toShanghaiIso(createdAt), signsFrom: toShanghaiIso(signsFrom) };
  return { kid, ...times, signing: kid === signingKid };
}
