import { hkdfSync } from 'node:crypto';
import type { MasterKey } from '../keys/master-key.ts';

const SALT = 'quotefleet/fields/v1';
const DERIVED_BYTES = 32;

/** Derives keys by HKDF-SHA256 (RFC 5869), one per master key, purpose and field, and remembers them. */
export function createKeyDeriver(purpose: 'seal' | 'index'): (key: MasterKey, field: string) => Buffer {
  const derived = new Map<string, Buffer>();
  return (key, field) => {
    const name = `${key.id}/${field}`;
    const known = derived.get(name);
    if (known) return known;
    const made = Buffer.from(hkdfSync('sha256', key.bytes, SALT, `${purpose}/${field}`, DERIVED_BYTES));
    derived.set(name, made);
    return made;
  };
}
