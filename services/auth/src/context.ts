import { randomUUID } from 'node:crypto';
import { type FollowedPolicy, followPolicyOf } from '@quotefleet/access';
import { createKafkaBus, type EventBus } from '@quotefleet/messaging';
import {
  type Closers,
  ConfigError,
  createLogger,
  createMetrics,
  Health,
  type Logger,
  type Metrics,
} from '@quotefleet/service-kit';
import { type AuditTrail, startAuditTrail } from './audit/audit-trail.ts';
import { composeSignIn, type SignInParts } from './compose-sign-in.ts';
import type { AuthConfig } from './config.ts';
import { openDatabase } from './database/open-database.ts';
import { translateStoreErrors } from './database/translate-store-errors.ts';
import { type AuthEvents, createAuthEvents } from './events.ts';
import { createPolicies, type Policies } from './policy/policies.ts';
import { createPolicyStore } from './policy/policy-store.ts';
import { createRoleHolders, type RoleHolders } from './roles/role-holders.ts';
import { openSigningKeys, type SigningKeys } from './signing-keys/signing-keys.ts';
import { createTypeormSigningKeyStore } from './signing-keys/typeorm-signing-key-store.ts';
import { openSealing } from './users/sealing.ts';
import type { Role } from './users/user.ts';

export interface AuthOverrides {
  /** Stays open when auth stops. */
  bus?: EventBus;
  logger?: Logger;
}

export interface AuthContext extends SignInParts {
  logger: Logger;
  metrics: Metrics;
  health: Health;
  events: AuthEvents;
  signingKeys: SigningKeys;
  audit: AuditTrail;
  policies: Policies;
  policy: FollowedPolicy;
  holders: RoleHolders;
}

/**
 * The parts of auth, put together; its tables are there and the signing key is known once it resolves. What has to be
 * closed is in `closers`, also when it throws.
 */
export async function createContext(
  config: AuthConfig,
  overrides: AuthOverrides,
  closers: Closers,
): Promise<AuthContext> {
  const logger = overrides.logger ?? createLogger({ service: 'auth', level: config.logLevel });
  const metrics = createMetrics('auth');
  const health = new Health();
  const bus = overrides.bus ?? openBus(config, closers);
  const dataSource = await openDatabase(config.databaseUrl);
  closers.add('database', () => dataSource.destroy());
  health.addCheck('database', () => dataSource.query('SELECT 1'));

  const events = createAuthEvents(logger, metrics);
  const policyStore = createPolicyStore(dataSource);
  const group = overrides.bus ? 'auth-policy' : `auth-policy-${randomUUID()}`;
  const policy = await followPolicyOf(policyStore.current, { bus, group, logger });
  closers.add('policy', () => policy.close());
  const scopesOf = (role: Role) => policy.current().scopesOf(role);

  const sealing = config.masterKeys === undefined ? undefined : openSealing(config.masterKeys);
  if (!sealing) events.masterKeyMissing();
  const store = translateStoreErrors(createTypeormSigningKeyStore(dataSource, sealing?.cipher));
  const signingKeys = await openSigningKeys({ store, events, ...config.signingKeys });
  const trail = { dataSource, bus, keys: signingKeys, retentionDays: config.auditRetentionDays, logger, metrics };
  const audit = startAuditTrail(trail, closers);
  const parts = { config, dataSource, signingKeys, sealing, scopesOf, audit, events, logger };
  const signIn = composeSignIn(parts, closers);
  if (config.bootstrapApiKey !== undefined) await signIn.apiKeys.adoptBootstrap(config.bootstrapApiKey);

  return {
    logger,
    metrics,
    health,
    events,
    ...signIn,
    signingKeys,
    audit,
    policies: createPolicies({ store: policyStore, changed: policy.refresh }),
    policy,
    holders: createRoleHolders(dataSource),
  };
}

function openBus({ kafkaBrokers }: AuthConfig, closers: Closers): EventBus {
  if (kafkaBrokers.length === 0) throw new ConfigError('QF_KAFKA_BROKERS: expected host:port of at least one broker');
  const bus = createKafkaBus({ brokers: kafkaBrokers, clientId: 'auth' });
  closers.add('bus', () => bus.close());
  return bus;
}
