const NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;
const LONGEST_NAME = 60;
/** Smaller magnitudes are refused as decimals, which their parser rounds; a hexadecimal one is exact. */
const SMALLEST_NORMAL = 2.2250738585072014e-308;
const SMALLEST = 2 ** -1074;
const ESCAPES: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** `bidPrices` as `bid_prices`. @throws TypeError when it cannot be a name in the database. */
export function toSqlName(name: string): string {
  const sqlName = name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
  if (!NAME.test(name) || sqlName.length > LONGEST_NAME) {
    throw new TypeError(`expected a name of letters, digits and _, at most ${LONGEST_NAME} long, was '${name}'`);
  }
  return sqlName;
}

/** A name as SQL; only for names that `toSqlName` or `subtableName` made. */
export function quoteName(name: string): string {
  return `\`${name}\``;
}

/** Text as an SQL literal. */
export function textLiteral(text: string): string {
  return `'${text.replace(/[\\'\n\r\t]/g, (character) => ESCAPES[character] ?? `\\${character}`)}'`;
}

/** A finite number as an SQL literal that reads back as exactly it. */
export function doubleLiteral(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0';
  if (value > -SMALLEST_NORMAL && value < SMALLEST_NORMAL) {
    return `'${value < 0 ? '-' : ''}0x${(Math.abs(value) / SMALLEST).toString(16)}p-1074'`;
  }
  return String(value);
}

/** An integer as an SQL literal. @throws TypeError for what is none: nothing else may become part of a statement. */
export function integerLiteral(value: unknown): string {
  if (Number.isSafeInteger(value)) return String(value);
  throw new TypeError(`expected a safe integer, was ${String(value)}`);
}
