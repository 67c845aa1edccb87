import { SecretError } from '../secret-error.ts';

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws SecretError naming the variable when it is absent or empty */
export function requireVariable(env: Environment, name: string, why: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new SecretError(`${name}: expected a value, since ${why}`);
  return value;
}
