import { SecretError } from '../secret-error.ts';
import { type MasterKey, parseMasterKey } from './master-key.ts';

const SEPARATORS = /[\s,]+/;

/** Master keys: the first one seals, all of them open. */
export interface KeyRing {
  primary: MasterKey;
  /** All keys, the primary one first. */
  keys: readonly MasterKey[];
  /** What `parseKeyRing` reads. */
  text: string;
  /** The key of that id. */
  find(id: string): MasterKey | undefined;
}

/**
 * Reads a ring from keys apart by commas, blanks or line ends; the first one seals. To rotate, put a new key in front and
 * take the old one away once nothing is sealed with it any more.
 * @throws SecretError when there is no key, one is malformed, or one is there twice
 */
export function parseKeyRing(text: string): KeyRing {
  const parts = text.split(SEPARATORS).filter((part) => part !== '');
  const keys = parts.map(parseMasterKey);
  const [primary] = keys;
  if (primary === undefined) throw new SecretError('expected at least one master key, was none');
  const byId = new Map(keys.map((key) => [key.id, key]));
  if (byId.size < keys.length) throw new SecretError('expected different master keys, was one of them twice');
  return { primary, keys, text: parts.join(','), find: (id) => byId.get(id) };
}
