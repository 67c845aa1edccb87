import type { Scope } from '@quotefleet/contracts';
import { toShanghaiIso } from '@quotefleet/service-kit';
import type { ApiKey } from './api-key-store.ts';

export interface ApiKeyView {
  id: string;
  name: string;
  prefix: string;
  scopes: Scope[];
  signing: boolean;
  createdAt: string;
  expiresAt?: string;
  lastUsedAt?: string;
}

/** A key as its owner may see it again: nothing that is secret. */
export function toApiKeyView(key: ApiKey): ApiKeyView {
  const { id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt, signingSealed } = key;
  return {
    ...{ id, name, prefix, scopes, signing: signingSealed !== undefined, createdAt: toShanghaiIso(createdAt) },
    ...(expiresAt ? { expiresAt: toShanghaiIso(expiresAt) } : {}),
    ...(lastUsedAt ? { lastUsedAt: toShanghaiIso(lastUsedAt) } : {}),
  };
}
