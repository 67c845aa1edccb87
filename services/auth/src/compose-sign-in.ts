import type { Closers, Logger } from '@quotefleet/service-kit';
import type { DataSource } from 'typeorm';
import { announceEndedKeys } from './api-keys/announce-ended-keys.ts';
import { type ApiKeys, createApiKeys } from './api-keys/api-keys.ts';
import { createTypeormApiKeyStore } from './api-keys/typeorm-api-key-store.ts';
import type { Audit } from './audit/audit.ts';
import type { AuthConfig } from './config.ts';
import { inOneTransaction } from './database/one-transaction.ts';
import { translateStoreErrors } from './database/translate-store-errors.ts';
import type { AuthEvents } from './events.ts';
import { createLogMailer } from './mail/log-mailer.ts';
import type { Mailer } from './mail/mailer.ts';
import { createPostOffice } from './mail/post-office.ts';
import { createWebhookMailer } from './mail/webhook-mailer.ts';
import { createOAuthClients, type OAuthClients } from './oauth/oauth-clients.ts';
import { createOAuthTokens, type OAuthTokens } from './oauth/oauth-tokens.ts';
import { createTypeormOAuthClientStore } from './oauth/typeorm-oauth-client-store.ts';
import { createDatabaseOneTimeTokenStore } from './one-time-tokens/database-one-time-token-store.ts';
import { createOneTimeTokens } from './one-time-tokens/one-time-tokens.ts';
import { createRevocations, type Revocations } from './revocations/list-revocations.ts';
import { createDatabaseSecondFactorStore } from './second-factor/database-second-factor-store.ts';
import { createSecondFactors } from './second-factor/second-factors.ts';
import { createSessions, type Sessions } from './sessions/sessions.ts';
import { createSignIn } from './sessions/sign-in.ts';
import { createTypeormSessionStore } from './sessions/typeorm-session-store.ts';
import { SignInChores } from './sign-in-chores.ts';
import { createAccessTokens } from './signing-keys/access-tokens.ts';
import type { SigningKeys } from './signing-keys/signing-keys.ts';
import { createSocketTickets, type SocketTickets } from './socket-tickets/socket-tickets.ts';
import { createDatabaseAttemptStore } from './throttle/database-attempt-store.ts';
import { createThrottle } from './throttle/throttle.ts';
import { type Accounts, createAccounts } from './users/accounts.ts';
import { readBreachedPasswords } from './users/breached-passwords.ts';
import { createEmailAddresses } from './users/email-addresses.ts';
import { createPasswordHasher } from './users/password-hasher.ts';
import { createPasswordPolicy } from './users/password-policy.ts';
import type { Sealing } from './users/sealing.ts';
import { createTypeormUserStore } from './users/typeorm-user-store.ts';
import type { ScopesOf } from './users/user.ts';
import { createUserAdmin, type UserAdmin } from './users/user-admin.ts';

interface SignInDependencies {
  config: AuthConfig;
  dataSource: DataSource;
  signingKeys: SigningKeys;
  sealing: Sealing | undefined;
  scopesOf: ScopesOf;
  audit: Audit;
  events: AuthEvents;
  logger: Logger;
}

/** Everything that lets people and programs in. */
export interface SignInParts {
  accounts: Accounts;
  userAdmin: UserAdmin;
  sessions: Sessions;
  socketTickets: SocketTickets;
  apiKeys: ApiKeys;
  oauthClients: OAuthClients;
  oauthTokens: OAuthTokens;
  revocations: Revocations;
}

/** The part of the composition root that is about signing in. */
export function composeSignIn(dependencies: SignInDependencies, closers: Closers): SignInParts {
  const { config, dataSource, signingKeys, sealing, scopesOf, audit, events, logger } = dependencies;
  const users = translateStoreErrors(createTypeormUserStore(dataSource));
  const sessionStore = translateStoreErrors(createTypeormSessionStore(dataSource));
  const clients = translateStoreErrors(createTypeormOAuthClientStore(dataSource));
  const keyStore = translateStoreErrors(createTypeormApiKeyStore(dataSource));
  const attempts = translateStoreErrors(createDatabaseAttemptStore(dataSource));
  const factorStore = translateStoreErrors(createDatabaseSecondFactorStore(dataSource));
  const tokens = createOneTimeTokens(translateStoreErrors(createDatabaseOneTimeTokenStore(dataSource)));

  const { bcryptCost, breachedFile, freeAttempts } = config.passwords;
  const passwords = createPasswordHasher(bcryptCost);
  const policy = createPasswordPolicy(breachedFile === undefined ? undefined : readBreachedPasswords(breachedFile));
  const throttle = createThrottle(attempts, freeAttempts);
  const secondFactors = createSecondFactors({ store: factorStore, throttle, sealing });
  const accessTokens = createAccessTokens(signingKeys);
  const revocations = createRevocations(dataSource);
  const post = createPostOffice(createMailer(config, logger), events);
  closers.add('post office', post.close);
  const emails = createEmailAddresses({ users, tokens, post, sealing });

  const signIn = createSignIn({ users, passwords, secondFactors, throttle, audit, events });
  const sessions = createSessions({ users, store: sessionStore, signIn, accessTokens, scopesOf, audit, events });
  const chores = [
    () => signingKeys.tend(),
    () => revocations.prune(new Date()),
    () => throttle.prune(),
    () => tokens.prune(),
    () => announceEndedKeys(dataSource, new Date()),
  ];
  const running = new SignInChores(chores, events);
  closers.add('chores of signing in', () => running.close());

  const account = { users, passwords, policy, emails, tokens, secondFactors, audit };
  const { registration } = config;
  // A right that was given or taken without an entry in the audit trail is none.
  const together = <T extends object>(part: T, names: readonly (keyof T)[]) =>
    inOneTransaction(dataSource, part, names);
  const apiKeys = createApiKeys({ store: keyStore, users, sessions: sessionStore, sealing, scopesOf, audit, events });
  const oauthClients = createOAuthClients({ store: clients, scopesOf, audit });
  const userAdmin = createUserAdmin({ ...account, sealing, scopesOf });
  return {
    sessions: together(sessions, ['logout', 'logoutAll', 'revoke']),
    socketTickets: createSocketTickets({ tokens, users, sessions: sessionStore, keys: keyStore, clients, scopesOf }),
    revocations,
    accounts: createAccounts({ ...account, sealing, post, throttle, events, registration }),
    userAdmin: together(userAdmin, ['create', 'invite', 'setRole', 'setDisabled', 'resetTotp', 'erase']),
    apiKeys: together(apiKeys, ['create', 'rename', 'rotate', 'revoke', 'adoptBootstrap']),
    oauthClients: together(oauthClients, ['create', 'rotate', 'revoke']),
    oauthTokens: createOAuthTokens({ sessions, sessionStore, accessTokens, users, clients, audit }),
  };
}

function createMailer({ emailWebhook }: AuthConfig, logger: Logger): Mailer | undefined {
  if (emailWebhook === undefined) return undefined;
  return emailWebhook === 'log' ? createLogMailer(logger) : createWebhookMailer(emailWebhook);
}
