import { escapeIdentifier } from 'pg';

const NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;
/** PostgreSQL cuts names at 63 bytes; a partition's name adds up to ten. */
const LONGEST_NAME = 50;

/** `bidPrices` as `bid_prices`. */
export function toSqlName(name: string): string {
  const sqlName = name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
  if (!NAME.test(name) || sqlName.length > LONGEST_NAME) {
    throw new TypeError(`expected a name of letters, digits and _, at most ${LONGEST_NAME} long, was '${name}'`);
  }
  return sqlName;
}

/** `"schema"."name"`. */
export function qualified(schema: string, name: string): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
}
