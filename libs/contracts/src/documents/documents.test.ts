import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { OpenApiDocument, Schema } from '../compatibility/document.ts';
import { findBreaks } from '../compatibility/find-breaks.ts';
import { ERROR_STATUS } from '../rest/envelope.ts';
import { openApiV1, openApiV2, V1_ENDPOINTS, V2_ENDPOINTS } from '../rest/openapi.ts';
import { asyncApi } from '../socket/asyncapi.ts';
import { toHtml, toMarkdown } from './blocks.ts';
import { errorGuide } from './error-guide.ts';
import { migrationGuide } from './migration-guide.ts';
import { socketGuide } from './socket-guide.ts';

const plain = (document: unknown) => JSON.parse(JSON.stringify(document)) as OpenApiDocument;
const DOCUMENTS = { v1: plain(openApiV1()), v2: plain(openApiV2()) };
const ENDPOINTS = { v1: V1_ENDPOINTS, v2: V2_ENDPOINTS };

describe.each(['v1', 'v2'] as const)('the OpenAPI document of %s', (version) => {
  const document = DOCUMENTS[version];
  const operations = Object.entries(document.paths).flatMap(([path, byMethod]) =>
    Object.values(byMethod).map((operation) => ({ path, ...operation })),
  );

  it('has each operation under a name of its own', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ENDPOINTS[version].map(({ id }) => id).sort());
  });

  it('declares each parameter of a path once, and as required', () => {
    for (const { path, parameters = [] } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = parameters.filter((parameter) => parameter.in === 'path');
      expect(declared.map(({ name }) => name).sort()).toEqual(named.sort());
      expect(declared.every(({ required }) => required)).toBe(true);
      const names = parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('holds nothing but schemas of JSON Schema 2020-12, and references that lead somewhere', () => {
    const ajv = new Ajv2020({ strict: true, strictTypes: false, validateFormats: false });
    // What OpenAPI adds to JSON Schema.
    for (const keyword of ['components', 'example', 'discriminator', 'xml', 'externalDocs']) ajv.addKeyword(keyword);
    ajv.addSchema({ $id: 'document', components: document.components }, 'document');
    const schemas = operations.flatMap(({ parameters = [], requestBody, responses = {} }) => [
      ...parameters.map(({ schema }) => schema),
      ...[requestBody, ...Object.values(responses)].flatMap((part) =>
        Object.values(part?.content ?? {}).map(({ schema }) => schema),
      ),
    ]);
    expect(schemas.length).toBeGreaterThan(100);
    for (const schema of schemas) {
      const text = JSON.stringify(schema).replaceAll('"#/components', '"document#/components');
      expect(() => ajv.compile(JSON.parse(text) as Schema)).not.toThrow();
    }
  });

  it('says how each call is answered, and every error by a code of ours', () => {
    const statuses = new Set<string>(Object.values(ERROR_STATUS).map(String));
    for (const { responses = {} } of operations) {
      const [success = '', ...others] = Object.keys(responses).sort();
      expect(success).toMatch(/^20[0-2]$/);
      expect(others).toEqual(expect.arrayContaining(['400', '429', '500', '502', '503', '504']));
      expect(others.filter((status) => !statuses.has(status))).toEqual([]);
    }
  });

  it('does not break its own clients', () => {
    expect(findBreaks(document, document, '2026-11-21')).toEqual([]);
  });
});

it('marks what leaves, and says so to people', () => {
  const endpoint = V1_ENDPOINTS.find(({ id }) => id === 'tradeCalendar');
  if (!endpoint) throw new Error('expected the calendar');
  endpoint.deprecated = { since: '2026-12-01', sunset: '2027-09-01', note: 'It is only left for the test' };
  const { get } = plain(openApiV1()).paths['/api/v1/calendar'] ?? {};
  const guide = toMarkdown(migrationGuide());
  delete endpoint.deprecated;
  expect(get).toMatchObject({ deprecated: true, 'x-sunset': '2027-09-01' });
  expect(JSON.stringify(get)).toContain('served until 2027-09-01 at least: use its v2. It is only left for the test.');
  expect(guide).toContain('| GET `/api/v1/calendar` | 2026-12-01 | 2027-09-01 | its v2 |');
  expect(plain(openApiV2()).paths['/api/v2/calendar']?.get?.deprecated).toBeUndefined();
});

it('refers to its own channels and messages in the AsyncAPI document', () => {
  const document = asyncApi() as unknown as Record<string, unknown>;
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
  expect(refs.length).toBeGreaterThan(5);
  for (const path of refs) {
    const target = path.split('/').reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], document);
    expect(target).toBeDefined();
  }
});

describe('the guides', () => {
  it('name every error and every endpoint', () => {
    const errors = toMarkdown(errorGuide());
    for (const code of Object.keys(ERROR_STATUS)) expect(errors).toContain(`\`${code}\``);
    const migration = toMarkdown(migrationGuide());
    for (const { method, path } of V1_ENDPOINTS) expect(migration).toContain(`${method.toUpperCase()} \`${path}\``);
    const sockets = toMarkdown(socketGuide());
    for (const name of ['subscribe', 'messages', 'gap', 'md.ticks']) expect(sockets).toContain(`### ${name}\n`);
  });

  it('are HTML whose text cannot become markup', () => {
    const html = toHtml([
      { kind: 'text', text: '<b>&" `<i>` [link](/x) [bad](javascript:alert(1))' },
      { kind: 'table', head: ['a|b'], rows: [['`{x}`']] },
    ]);
    expect(html).toContain('&lt;b&gt;');
    expect(html).toContain('<code>&lt;i&gt;</code>');
    expect(html).toContain('<a href="/x">link</a>');
    expect(html).not.toContain('href="javascript');
    for (const guide of [errorGuide, migrationGuide, socketGuide])
      expect(toHtml(guide())).not.toMatch(/<(?!\/?(?:h[1-3]|p|ul|li|table|thead|tbody|tr|th|td|pre|code|a)\b)/);
  });
});
