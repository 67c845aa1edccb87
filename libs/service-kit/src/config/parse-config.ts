import { z } from 'zod';
import { wordIssue } from '../errors/word-issue.ts';

/** The configuration cannot be used; the message is one sentence per fault, for a person. */
export class ConfigError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConfigError';
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses environment variables by a schema whose keys are their names.
 * An empty variable counts as absent.
 * @throws ConfigError naming each variable at fault
 */
export function parseConfig<T extends z.ZodType>(schema: T, env: Environment): z.infer<T> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${wordIssue(issue)}`).join('; '));
}

/** Schemas of single variables. */
export const envPort = z.coerce.number().int().min(0).max(65_535);
export const envList = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** The variables every service reads. */
export const commonEnv = z.object({
  QF_HOST: z.string().default('127.0.0.1'),
  QF_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});
