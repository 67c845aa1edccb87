import { randomBytes } from 'node:crypto';

/** `prefix_` and eight random characters: valid as a topic, a group, a key or a database name. */
export function uniqueName(prefix: string): string {
  return `${prefix}_${randomBytes(4).toString('hex')}`;
}
