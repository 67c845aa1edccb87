import type { Resolve, Schema } from './document.ts';

/** A request is read by the new server and was written for the old; an answer is the other way round. */
export type Direction = 'request' | 'answer';

interface Comparison {
  direction: Direction;
  resolveOld: Resolve;
  resolveNew: Resolve;
  /** Pairs under way: schemas may hold themselves. */
  seen: Set<string>;
}

/** Limits that are narrower when they rise, and those that are narrower when they fall. */
const LOWER_LIMITS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'] as const;
const UPPER_LIMITS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'] as const;

/** What breaks clients where `before` becomes `after`; each a sentence that begins with where it is. */
export function findSchemaBreaks(
  before: Schema,
  after: Schema,
  where: string,
  options: Omit<Comparison, 'seen'>,
): string[] {
  return compare(before, after, where, { ...options, seen: new Set() });
}

function compare(given: Schema, other: Schema, where: string, comparison: Comparison): string[] {
  const pair = `${given.$ref ?? ''} ${other.$ref ?? ''}`;
  if (given.$ref !== undefined && comparison.seen.has(pair)) return [];
  const inner = given.$ref === undefined ? comparison : { ...comparison, seen: new Set([...comparison.seen, pair]) };
  const before = comparison.resolveOld(given);
  const after = comparison.resolveNew(other);
  const old = variantsOf(before);
  const now = variantsOf(after);
  if (old[0] !== before || now[0] !== after) return compareVariants(old, now, where, inner);
  return [
    ...compareTypes(before, after, where, inner),
    ...compareValues(before, after, where, inner),
    ...compareProperties(before, after, where, inner),
    ...compareItems(before, after, where, inner),
  ];
}

/** Every old variant must still be taken; every new one must be one that clients know. */
function compareVariants(old: Schema[], now: Schema[], where: string, comparison: Comparison): string[] {
  const isRequest = comparison.direction === 'request';
  const [all, some] = isRequest ? [old, now] : [now, old];
  const lost = all.filter((one) =>
    some.every((other) => {
      const [before, after] = isRequest ? [one, other] : [other, one];
      return compare(before, after, where, comparison).length > 0;
    }),
  );
  if (lost.length === 0) return [];
  // Between one and one the reason can be told.
  if (old.length === now.length && lost.length === 1 && lost[0]) {
    const index = all.indexOf(lost[0]);
    const [before, after] = [old[index], now[index]];
    if (before && after) return compare(before, after, where, comparison);
  }
  return [`${where}: ${lost.length} of its variants ${isRequest ? 'are not taken any more' : 'are new to clients'}`];
}

function compareTypes(before: Schema, after: Schema, where: string, { direction }: Comparison): string[] {
  const old = typesOf(before);
  const now = typesOf(after);
  const [narrow, wide] = direction === 'request' ? [old, now] : [now, old];
  const fits = wide === undefined || (narrow?.every((type) => isOneOf(type, wide)) ?? false);
  return fits ? [] : [`${where}: type was ${name(old)}, is ${name(now)}`];
}

function compareValues(before: Schema, after: Schema, where: string, { direction }: Comparison): string[] {
  const breaks: string[] = [];
  const old = valuesOf(before);
  const now = valuesOf(after);
  if (before.format !== after.format && (direction === 'answer' || after.format !== undefined))
    breaks.push(`${where}: format was ${before.format ?? 'none'}, is ${after.format ?? 'none'}`);
  // Clients have to live with values that are new to them: the error codes are such a list.
  if (direction === 'answer') return breaks;
  if (now !== undefined) {
    const lost = old?.filter((value) => !now.includes(value));
    if (lost === undefined) breaks.push(`${where}: only takes ${now.join(', ')} now`);
    else if (lost.length > 0) breaks.push(`${where}: does not take ${lost.join(', ')} any more`);
  }
  for (const limit of LOWER_LIMITS)
    if (numberOf(after[limit], -Infinity) > numberOf(before[limit], -Infinity))
      breaks.push(`${where}: ${limit} was ${before[limit] ?? 'none'}, is ${after[limit]}`);
  for (const limit of UPPER_LIMITS)
    if (numberOf(after[limit], Infinity) < numberOf(before[limit], Infinity))
      breaks.push(`${where}: ${limit} was ${before[limit] ?? 'none'}, is ${after[limit]}`);
  if (after.pattern !== undefined && after.pattern !== before.pattern)
    breaks.push(`${where}: pattern was ${before.pattern ?? 'none'}, is ${after.pattern}`);
  if (JSON.stringify(before.default) !== JSON.stringify(after.default) && before.default !== undefined)
    breaks.push(`${where}: default was ${JSON.stringify(before.default)}, is ${JSON.stringify(after.default)}`);
  return breaks;
}

function compareProperties(before: Schema, after: Schema, where: string, comparison: Comparison): string[] {
  const isRequest = comparison.direction === 'request';
  const breaks: string[] = [];
  const old = before.properties ?? {};
  const now = after.properties ?? {};
  for (const [property, schema] of Object.entries(old)) {
    const next = now[property];
    if (next) breaks.push(...compare(schema, next, `${where}.${property}`, comparison));
    else breaks.push(`${where}.${property}: is gone`);
  }
  const [needed, neededBefore] = isRequest ? [after.required, before.required] : [before.required, after.required];
  for (const property of needed ?? []) {
    if (neededBefore?.includes(property) || (!isRequest && !(property in now))) continue;
    breaks.push(`${where}.${property}: is ${isRequest ? 'required now' : 'not always there any more'}`);
  }
  const rest = [before.additionalProperties, after.additionalProperties] as const;
  if (isRequest && rest[1] === false && rest[0] !== false) breaks.push(`${where}: other fields are not taken any more`);
  if (typeof rest[0] === 'object' && typeof rest[1] === 'object')
    breaks.push(...compare(rest[0], rest[1], `${where}.*`, comparison));
  return breaks;
}

function compareItems(before: Schema, after: Schema, where: string, comparison: Comparison): string[] {
  if (before.items && after.items) return compare(before.items, after.items, `${where}[]`, comparison);
  const isLost = comparison.direction === 'request' ? after.items && !before.items : before.items && !after.items;
  return isLost && typesOf(after)?.includes('array') ? [`${where}: what its items are has changed`] : [];
}

function variantsOf(schema: Schema): Schema[] {
  return schema.anyOf ?? schema.oneOf ?? [schema];
}

function typesOf({ type, const: value, enum: values }: Schema): string[] | undefined {
  if (type !== undefined) return Array.isArray(type) ? type : [type];
  const known = value === undefined ? values : [value];
  return known && [...new Set(known.map((one) => (one === null ? 'null' : typeof one)))];
}

function isOneOf(type: string, types: readonly string[]): boolean {
  return types.includes(type) || (type === 'integer' && types.includes('number'));
}

function valuesOf({ const: value, enum: values }: Schema): unknown[] | undefined {
  return value === undefined ? values : [value];
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function name(types: readonly string[] | undefined): string {
  return types?.join(' or ') ?? 'any';
}
