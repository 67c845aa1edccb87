import type { FieldError, FunctionRule, Policy, RoleDefinition, RowRule } from '@quotefleet/contracts';
import type { Exchange, InstrumentKind } from '@quotefleet/domain';
import { KNOWN_CALLS, KNOWN_IDS, KNOWN_TAGS } from '../functions/endpoints.ts';
import { fitsResource } from '../functions/fits.ts';
import { BUILT_IN_ROLES } from './default-policy.ts';

/** Casbin follows no longer line of inheritance. */
const INHERITANCE_MAX = 10;
const MARKETS: readonly Exchange[] = ['SH', 'SZ', 'BJ', 'HK', 'US'];
const KINDS: readonly InstrumentKind[] = ['stock', 'b-share', 'cdr', 'etf', 'fund', 'index', 'bond', 'other'];
const SYMBOL_GLOB = /^(\*|[0-9A-Z*]{1,9}\.(SH|SZ|BJ|HK|US|\*))$/;
const FIELD_GLOB = /^(?:([A-Za-z]\w*)\.)?[\w*]+$/;
const ROOM_GLOB = /^(\*|[a-z*]+(:[\w.*/-]+)*)$/;
const DAYS_MAX = 100_000;
const SECONDS_MAX = 30 * 24 * 3600;
const ROOMS_MAX = 100_000;
/** As often as a client may ask for. */
const HZ_MAX = 50;

/** What is wrong with a policy, and what may be a slip. */
export interface PolicyReport {
  errors: FieldError[];
  warnings: string[];
}

/** Checks all of a policy that its schema cannot: names that are not known, roles that inherit from themselves, values. */
export function checkPolicy({ roles, functions, rows }: Policy): PolicyReport {
  const names = new Set(roles.map(({ name }) => name));
  const known = (field: string, role: string): FieldError[] =>
    names.has(role) ? [] : [{ field, message: `expected a role of the policy, was '${role}'` }];
  const errors = [
    ...duplicates(
      'roles',
      roles.map(({ name }) => name),
    ),
    ...duplicates(
      'rules',
      [...functions, ...rows].map(({ id }) => id),
    ),
    ...BUILT_IN_ROLES.filter((name) => !names.has(name)).map((name) => ({
      field: 'roles',
      message: `expected the role ${name}, which the fleet itself gives`,
    })),
    ...roles.flatMap(({ inherits }, at) => inherits.flatMap((parent) => known(`roles.${at}.inherits`, parent))),
    ...inheritanceErrors(roles),
    ...functions.flatMap((rule, at) => [
      ...known(`functions.${at}.role`, rule.role),
      ...resourceErrors(`functions.${at}.resource`, rule),
    ]),
    ...rows.flatMap((rule, at) => [...known(`rows.${at}.role`, rule.role), ...valueErrors(`rows.${at}`, rule)]),
  ];
  return { errors, warnings: functions.flatMap(pathWarnings) };
}

function duplicates(field: string, names: readonly string[]): FieldError[] {
  const twice = new Set(names.filter((name, at) => names.indexOf(name) !== at));
  return [...twice].map((name) => ({ field, message: `expected names that differ, was twice '${name}'` }));
}

function inheritanceErrors(roles: readonly RoleDefinition[]): FieldError[] {
  const parents = new Map(roles.map(({ name, inherits }) => [name, inherits]));
  const depths = new Map<string, number>();
  const errors: FieldError[] = [];
  /** Levels above a role; the role itself is on the way already where it inherits from itself. */
  const depthOf = (name: string, way: readonly string[]): number => {
    if (way.includes(name)) {
      errors.push({
        field: 'roles',
        message: `expected no role to inherit from itself, was ${[...way, name].join(' > ')}`,
      });
      return 0;
    }
    const depth =
      depths.get(name) ??
      Math.max(0, ...(parents.get(name) ?? []).map((parent) => 1 + depthOf(parent, [...way, name])));
    depths.set(name, depth);
    return depth;
  };
  for (const { name } of roles) {
    if (depths.has(name)) continue;
    if (depthOf(name, []) > INHERITANCE_MAX)
      errors.push({
        field: 'roles',
        message: `expected ${INHERITANCE_MAX} levels of inheritance at most, ${name} has more`,
      });
  }
  return errors;
}

function resourceErrors(field: string, { resource }: FunctionRule): FieldError[] {
  if (resource === '*' || resource.startsWith('/')) return [];
  const isKnown = resource.startsWith('tag:') ? KNOWN_TAGS.has(resource.slice(4)) : KNOWN_IDS.has(resource);
  return isKnown ? [] : [{ field, message: `expected the id or tag of an endpoint, was '${resource}'` }];
}

/** No error: the gateway's file may have routes of its own. */
function pathWarnings({ id, resource }: FunctionRule): string[] {
  if (!resource.startsWith('/')) return [];
  const fits = KNOWN_CALLS.some(({ endpointId, tag, path }) => fitsResource(resource, endpointId, tag, path));
  return fits ? [] : [`the path ${resource} of the rule ${id} is of no endpoint of the fleet's contracts`];
}

function valueErrors(at: string, { kind, value, effect }: RowRule): FieldError[] {
  const expected = (what: string, isRight: boolean) =>
    isRight ? [] : [{ field: `${at}.value`, message: `expected ${what}, was '${value}'` }];
  const onlyAllowing = (errors: FieldError[]) => [
    ...errors,
    ...(effect === 'deny'
      ? [{ field: `${at}.effect`, message: `expected allow: of several ${kind} the widest counts` }]
      : []),
  ];
  const figure = (max: number, ...words: string[]) =>
    onlyAllowing(
      expected(
        `a number up to ${max}${words.map((word) => ` or ${word}`).join('')}`,
        words.includes(value) || isFigure(value, max),
      ),
    );
  switch (kind) {
    case 'market':
      return expected(`${MARKETS.join(', ')} or *`, [...MARKETS, '*'].includes(value));
    case 'instrumentKind':
      return expected(`${KINDS.join(', ')} or *`, [...KINDS, '*'].includes(value));
    case 'symbol':
      return expected('* or a symbol such as 60*.SH', SYMBOL_GLOB.test(value));
    case 'field':
      return expected('a field such as bid* or listTicks.bid*', isField(value));
    case 'rooms':
      return expected('a room such as tick:* or bar:*:1d', ROOM_GLOB.test(value));
    case 'historyDays':
      return figure(DAYS_MAX, 'unlimited');
    case 'delaySeconds':
      return figure(SECONDS_MAX);
    case 'roomsMax':
      return figure(ROOMS_MAX);
    case 'roomHz':
      return onlyAllowing(expected(`a number from 0.1 to ${HZ_MAX} or unlimited`, isFrequency(value)));
    case 'feed':
      return expected('a wildcard room such as tick:* or bar:*:1m', ROOM_GLOB.test(value) && value.includes('*'));
  }
}

function isFigure(value: string, max: number): boolean {
  return /^\d{1,9}$/.test(value) && Number(value) <= max;
}

function isFrequency(value: string): boolean {
  return value === 'unlimited' || (/^\d{1,2}(\.\d)?$/.test(value) && Number(value) > 0 && Number(value) <= HZ_MAX);
}

function isField(value: string): boolean {
  const match = FIELD_GLOB.exec(value);
  return match !== null && (match[1] === undefined || KNOWN_IDS.has(match[1]));
}
