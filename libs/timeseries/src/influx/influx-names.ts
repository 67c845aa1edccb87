/**
 * Text as a tag's value. InfluxDB has no empty tag and no escape for a backslash or a line break in one, so these become
 * `%` and two hex digits, and an empty text a lone `%`; ordinary symbols stay as they are.
 */
export function toTag(text: string): string {
  if (text === '') return '%';
  return /[%\\\p{Cc}]/u.test(text) ? text.replaceAll(/[%\\\p{Cc}]/gu, percent) : text;
}

/** The inverse of `toTag`. */
export function fromTag(tag: string): string {
  if (tag === '%') return '';
  return tag.replaceAll(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** A tag's value as line protocol takes it. */
export function escapeTag(tag: string): string {
  return tag.replaceAll(/[ ,=]/g, '\\$&');
}

/** A text field as line protocol takes it. */
export function quoteField(text: string): string {
  return `"${/["\\]/.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text}"`;
}

/** A name in a statement. */
export function quoteName(name: string): string {
  return `"${name.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

/** All control characters have codes below 256. */
function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
