/** What an OpenAPI document says of one operation, as far as these tests ask. */
export interface Operation {
  id: string;
  isPublic: boolean;
  takesBody: boolean;
  /** Errors in the form that a standard of their own demands. */
  ownErrors: boolean;
  /** `path:NAME` or `query:NAME`. */
  parameters: string[];
  /** A call with every required parameter as the document's example or a harmless value. */
  plain(): Request;
  withParameter(parameter: string, value: string): Request;
}

interface Request {
  path: string;
  method: string;
  body?: string;
  headers?: Record<string, string>;
}

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: { enum?: unknown[]; default?: unknown; format?: string; type?: string };
}

export interface Document {
  paths: Record<string, Record<string, DocumentOperation>>;
}

interface DocumentOperation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, unknown> };
  security?: unknown[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
/** RFC 6749 has the errors of its endpoints in a form of its own. */
const OAUTH = /\/oauth\//;
const HARMLESS: Readonly<Record<string, string>> = {
  symbol: '600519.SH',
  symbols: '600519.SH',
  id: '00000000-0000-4000-8000-000000000099',
  class: 'bars_1d',
  q: 'gz',
};

export function operationsOf(document: Document): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [toOperation(path, method, operation)] : [];
    }),
  );
}

function toOperation(path: string, method: string, { operationId, ...operation }: DocumentOperation): Operation {
  const parameters = (operation.parameters ?? []).filter((one) => one.in === 'path' || one.in === 'query');
  const build = (replaced?: string, value = ''): Request => {
    let target = path;
    const query = new URLSearchParams();
    for (const parameter of parameters) {
      const chosen = `${parameter.in}:${parameter.name}` === replaced;
      if (!chosen && !parameter.required) continue;
      const text = chosen ? value : harmless(parameter);
      if (parameter.in === 'path') target = target.replace(`{${parameter.name}}`, encodeURIComponent(text));
      else query.append(parameter.name, text);
    }
    const known = parameters.some((one) => `${one.in}:${one.name}` === replaced);
    if (replaced?.startsWith('query:') && !known) query.append(replaced.slice('query:'.length), value);
    return { path: `${target}${query.size > 0 ? `?${query}` : ''}`, method: method.toUpperCase() };
  };
  return {
    id: operationId,
    isPublic: operation.security?.length === 0,
    takesBody: operation.requestBody !== undefined,
    ownErrors: OAUTH.test(path),
    parameters: parameters.map((one) => `${one.in}:${one.name}`),
    plain: () => build(),
    withParameter: build,
  };
}

function harmless({ name, schema }: Parameter): string {
  if (schema?.enum?.[0] !== undefined) return String(schema.enum[0]);
  if (schema?.default !== undefined) return String(schema.default);
  return HARMLESS[name] ?? (/date|start|end|from|to/i.test(name) ? '2026-07-14' : '1');
}
