import { type OpenApiDocument, type Operation, type Parameter, resolverOf } from './document.ts';
import { findSchemaBreaks } from './schema-breaks.ts';

const SCOPES = ['public', 'read', 'write', 'admin'];

interface Comparison {
  before: OpenApiDocument;
  after: OpenApiDocument;
  /** `YYYY-MM-DD`: what has been announced to end by then may be gone. */
  today: string;
}

/** What a client of the document `before` could not go on with under `after`: a sentence for each. */
export function findBreaks(before: OpenApiDocument, after: OpenApiDocument, today: string): string[] {
  const comparison = { before, after, today };
  return Object.entries(before.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, old]) => {
      const now = after.paths[path]?.[method];
      const where = `${method.toUpperCase()} ${path}`;
      if (now) return compareOperations(old, now, where, comparison);
      return mayLeave(old, today) ? [] : [`${where}: is gone; deprecate it first, and let its sunset pass`];
    }),
  );
}

function mayLeave({ deprecated, 'x-sunset': sunset }: Operation, today: string): boolean {
  return deprecated === true && sunset !== undefined && sunset <= today;
}

function compareOperations(old: Operation, now: Operation, where: string, comparison: Comparison): string[] {
  return [
    ...compareAccess(old, now, where, comparison),
    ...compareParameters(old, now, where, comparison),
    ...compareBodies(old, now, where, comparison),
    ...compareAnswers(old, now, where, comparison),
  ];
}

function compareAccess(old: Operation, now: Operation, where: string, { before, after }: Comparison): string[] {
  const wasOpen = (old.security ?? before.security ?? []).length === 0;
  const isOpen = (now.security ?? after.security ?? []).length === 0;
  if (wasOpen && !isOpen) return [`${where}: needs credentials now`];
  const [was, is] = [old['x-scope'], now['x-scope']];
  if (was === undefined || is === undefined || SCOPES.indexOf(is) <= SCOPES.indexOf(was)) return [];
  return [`${where}: needed the scope ${was}, needs ${is} now`];
}

function compareParameters(old: Operation, now: Operation, where: string, comparison: Comparison): string[] {
  const breaks: string[] = [];
  const same = (one: Parameter) => (other: Parameter) => one.name === other.name && one.in === other.in;
  for (const parameter of old.parameters ?? []) {
    const label = `${where} ${parameter.in} ${parameter.name}`;
    const next = now.parameters?.find(same(parameter));
    if (!next) breaks.push(`${label}: is gone`);
    else {
      if (next.required && !parameter.required) breaks.push(`${label}: is required now`);
      breaks.push(...requestBreaks(parameter.schema, next.schema, label, comparison));
    }
  }
  for (const parameter of now.parameters ?? []) {
    if (parameter.required && !old.parameters?.some(same(parameter)))
      breaks.push(`${where} ${parameter.in} ${parameter.name}: is new and required`);
  }
  return breaks;
}

function compareBodies(old: Operation, now: Operation, where: string, comparison: Comparison): string[] {
  const [before, after] = [old.requestBody, now.requestBody];
  const breaks: string[] = [];
  if (after?.required && !before?.required) breaks.push(`${where} body: is required now`);
  for (const [type, { schema }] of Object.entries(before?.content ?? {})) {
    const next = after?.content?.[type];
    if (next) breaks.push(...requestBreaks(schema, next.schema, `${where} body`, comparison));
    else breaks.push(`${where} body: is not taken as ${type} any more`);
  }
  return breaks;
}

/** An error that is not given any more, or a new one, stops nobody. */
function compareAnswers(old: Operation, now: Operation, where: string, { before, after }: Comparison): string[] {
  const breaks: string[] = [];
  for (const [status, { content = {} }] of Object.entries(old.responses ?? {})) {
    const next = now.responses?.[status];
    if (!next) {
      if (status < '400') breaks.push(`${where}: does not answer ${status} any more`);
      continue;
    }
    for (const [type, { schema = {} }] of Object.entries(content)) {
      const label = `${where} ${status}`;
      const given = next.content?.[type];
      const resolvers = { resolveOld: resolverOf(before), resolveNew: resolverOf(after) };
      if (!given) breaks.push(`${label}: is not to be had as ${type} any more`);
      else breaks.push(...findSchemaBreaks(schema, given.schema ?? {}, label, { direction: 'answer', ...resolvers }));
    }
  }
  const isSuccess = (status: string) => status < '300';
  const known = Object.keys(old.responses ?? {}).filter(isSuccess);
  for (const status of Object.keys(now.responses ?? {}).filter(isSuccess))
    if (!known.includes(status)) breaks.push(`${where}: answers ${status} now`);
  return breaks;
}

function requestBreaks(
  old: Parameter['schema'] = {},
  now: Parameter['schema'] = {},
  where: string,
  { before, after }: Comparison,
): string[] {
  const resolvers = { resolveOld: resolverOf(before), resolveNew: resolverOf(after) };
  return findSchemaBreaks(old, now, where, { direction: 'request', ...resolvers });
}
