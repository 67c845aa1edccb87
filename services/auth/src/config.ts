import { commonEnv, type Environment, envList, envPort, parseConfig } from '@quotefleet/service-kit';
import { z } from 'zod';

export interface AuthConfig {
  host: string;
  port: number;
  logLevel: string;
  databaseUrl: string;
  kafkaBrokers: string[];
  /** An admin key that is valid from the first start on. */
  bootstrapApiKey: string | undefined;
  passwords: { bcryptCost: number };
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
    passwords: { bcryptCost: parsed.QF_BCRYPT_COST },
    auditRetentionDays: parsed.QF_AUDIT_RETENTION_DAYS,
  };
}
