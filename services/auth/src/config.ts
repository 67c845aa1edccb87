import { commonEnv, type Environment, envList, envPort, parseConfig } from '@quotefleet/service-kit';
import { z } from 'zod';
import { isWebhookUrl } from './mail/webhook-mailer.ts';
import type { RegistrationMode } from './users/accounts.ts';

export interface AuthConfig {
  host: string;
  port: number;
  logLevel: string;
  databaseUrl: string;
  kafkaBrokers: string[];
  /** An admin key that is valid from the first start on. */
  bootstrapApiKey: string | undefined;
  passwords: {
    bcryptCost: number;
    /** File of hashes of passwords that are known to have leaked. */
    breachedFile: string | undefined;
    /** Failed sign-ins of an account from an address before waits begin. */
    freeAttempts: number;
  };
  /** The ring by which columns are sealed. */
  masterKeys: string | undefined;
  /** A signing key signs for `days` (0: until an admin rotates), and is published `leadMs` before. */
  signingKeys: { days: number; leadMs: number };
  registration: RegistrationMode;
  /** Where e-mails go; they are written to the log where it is `log`, and are not sent where undefined. */
  emailWebhook: string | undefined;
  /** 0 keeps audit entries for ever. */
  auditRetentionDays: number;
}

const authEnv = commonEnv.extend({
  QF_AUTH_PORT: envPort.default(7001),
  QF_DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: 'expected postgres://user:password@host:port/database',
  }),
  QF_KAFKA_BROKERS: envList.default([]),
  QF_BOOTSTRAP_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{8,200}$/, 'expected 8 to 200 printable characters without spaces')
    .optional(),
  QF_AUDIT_RETENTION_DAYS: z.coerce.number().int().min(0).max(36_500).default(400),
  QF_BCRYPT_COST: z.coerce.number().int().min(4).max(16).default(12),
  QF_BREACHED_PASSWORDS: z.string().min(1).optional(),
  QF_LOCKOUT_FREE_ATTEMPTS: z.coerce.number().int().min(1).max(1000).default(10),
  QF_MASTER_KEY: z.string().min(1).optional(),
  QF_SIGNING_KEY_DAYS: z.coerce.number().int().min(0).max(3650).default(30),
  QF_SIGNING_KEY_LEAD_SECONDS: z.coerce.number().int().min(1).max(86_400).default(900),
  QF_REGISTRATION: z.enum(['open', 'invite', 'closed']).default('open'),
  QF_EMAIL_WEBHOOK_URL: z
    .string()
    .refine((text) => text === 'log' || isWebhookUrl(text), 'expected https://, http:// of this machine, or log')
    .optional(),
});

export function readEnv(): Environment {
  return process.env;
}

/** @throws ConfigError naming each variable at fault */
export function parseAuthConfig(env: Environment): AuthConfig {
  const parsed = parseConfig(authEnv, env);
  return {
    host: parsed.QF_HOST,
    port: parsed.QF_AUTH_PORT,
    logLevel: parsed.QF_LOG_LEVEL,
    databaseUrl: parsed.QF_DATABASE_URL,
    kafkaBrokers: parsed.QF_KAFKA_BROKERS,
    bootstrapApiKey: parsed.QF_BOOTSTRAP_API_KEY,
    passwords: {
      bcryptCost: parsed.QF_BCRYPT_COST,
      breachedFile: parsed.QF_BREACHED_PASSWORDS,
      freeAttempts: parsed.QF_LOCKOUT_FREE_ATTEMPTS,
    },
    masterKeys: parsed.QF_MASTER_KEY,
    signingKeys: { days: parsed.QF_SIGNING_KEY_DAYS, leadMs: parsed.QF_SIGNING_KEY_LEAD_SECONDS * 1000 },
    registration: parsed.QF_REGISTRATION,
    emailWebhook: parsed.QF_EMAIL_WEBHOOK_URL,
    auditRetentionDays: parsed.QF_AUDIT_RETENTION_DAYS,
  };
}
