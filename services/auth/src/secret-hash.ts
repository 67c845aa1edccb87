import { createHash } from 'node:crypto';

/** How keys and refresh tokens are stored: they are random enough that a plain hash cannot be reversed. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
