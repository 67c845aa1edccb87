import { describe, expect, it } from '@jest/globals';
import type { OpenApiDocument, Operation, Parameter, Schema } from './document.ts';
import { findBreaks } from './find-breaks.ts';

const TODAY = '2026-11-21';
const JSON_TYPE = 'application/json';

const answering = (schema: Schema, status = '200', type = JSON_TYPE): Operation => ({
  responses: { [status]: { content: { [type]: { schema } } } },
});
const taking = (schema: Schema, required = true): Operation => ({
  requestBody: { required, content: { [JSON_TYPE]: { schema } } },
});
const asking = (...parameters: Parameter[]): Operation => ({ parameters });
const inQuery = (schema: Schema, required = false): Parameter => ({ name: 'q', in: 'query', required, schema });
const documentOf = (operation: Operation, schemas: Record<string, Schema> = {}): OpenApiDocument => ({
  info: { version: '1.0.0' },
  security: [{ key: [] }],
  paths: { '/a': { get: { operationId: 'a', ...operation } } },
  components: { schemas },
});
const breaksOf = (before: Operation, after: Operation) => findBreaks(documentOf(before), documentOf(after), TODAY);
const object = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
});
const text: Schema = { type: 'string' };

describe('what breaks clients', () => {
  it.each<[string, Operation, Operation, string]>([
    ['a field that is gone', answering(object({ a: text })), answering(object({})), 'GET /a 200.a: is gone'],
    [
      'a field that is not always there any more',
      answering(object({ a: text }, ['a'])),
      answering(object({ a: text })),
      'GET /a 200.a: is not always there any more',
    ],
    [
      'a field deep inside that changes its type',
      answering(object({ a: { type: 'array', items: object({ b: { type: 'integer' } }) } })),
      answering(object({ a: { type: 'array', items: object({ b: { type: 'number' } }) } })),
      'GET /a 200.a[].b: type was integer, is number',
    ],
    [
      'an answer that may be null now',
      answering(text),
      answering({ type: ['string', 'null'] }),
      'GET /a 200: type was string, is string or null',
    ],
    [
      'a time that becomes a date',
      answering({ type: 'string', format: 'date-time' }),
      answering({ type: 'string', format: 'date' }),
      'GET /a 200: format was date-time, is date',
    ],
    [
      'a variant that clients do not know',
      answering({ anyOf: [text] }),
      answering({ anyOf: [text, object({})] }),
      'GET /a 200: 1 of its variants are new to clients',
    ],
    ['another status', answering(text), answering(text, '201'), 'GET /a: does not answer 200 any more'],
    [
      'a media type that is gone',
      answering(text, '200', 'text/csv'),
      answering(text),
      'GET /a 200: is not to be had as text/csv any more',
    ],
    ['a parameter that is gone', asking(inQuery(text)), asking(), 'GET /a query q: is gone'],
    ['a new parameter that is required', asking(), asking(inQuery(text, true)), 'GET /a query q: is new and required'],
    [
      'a parameter that is required now',
      asking(inQuery(text)),
      asking(inQuery(text, true)),
      'GET /a query q: is required now',
    ],
    [
      'a value that is not taken any more',
      asking(inQuery({ ...text, enum: ['x', 'y'] })),
      asking(inQuery({ ...text, enum: ['x'] })),
      'GET /a query q: does not take y any more',
    ],
    [
      'free text that becomes a list of values',
      asking(inQuery(text)),
      asking(inQuery({ ...text, enum: ['x'] })),
      'GET /a query q: only takes x now',
    ],
    [
      'a lower maximum',
      asking(inQuery({ type: 'integer', maximum: 10 })),
      asking(inQuery({ type: 'integer', maximum: 9 })),
      'GET /a query q: maximum was 10, is 9',
    ],
    [
      'a minimum where there was none',
      asking(inQuery(text)),
      asking(inQuery({ ...text, minLength: 1 })),
      'GET /a query q: minLength was none, is 1',
    ],
    [
      'another pattern',
      asking(inQuery({ ...text, pattern: 'a' })),
      asking(inQuery({ ...text, pattern: 'b' })),
      'GET /a query q: pattern was a, is b',
    ],
    [
      'another default',
      asking(inQuery({ ...text, default: 'x' })),
      asking(inQuery({ ...text, default: 'y' })),
      'GET /a query q: default was "x", is "y"',
    ],
    [
      'a field of a body that is required now',
      taking(object({ a: text })),
      taking(object({ a: text }, ['a'])),
      'GET /a body.a: is required now',
    ],
    [
      'fields beside that are not taken any more',
      taking(object({})),
      taking({ ...object({}), additionalProperties: false }),
      'GET /a body: other fields are not taken any more',
    ],
    ['a body where there was none', {}, taking(text), 'GET /a body: is required now'],
    ['a higher scope', { 'x-scope': 'read' }, { 'x-scope': 'admin' }, 'GET /a: needed the scope read, needs admin now'],
    ['credentials for what was open', { security: [] }, {}, 'GET /a: needs credentials now'],
  ])('is %s', (_what, before, after, found) => {
    expect(breaksOf(before, after)).toContain(found);
  });

  it.each<[string, Operation, Operation]>([
    ['nothing', answering(object({ a: text }, ['a'])), answering(object({ a: text }, ['a']))],
    ['a new field', answering(object({ a: text })), answering(object({ a: text, b: text }, ['a', 'b']))],
    ['a number that becomes whole', answering({ type: 'number' }), answering({ type: 'integer' })],
    ['a new code of an error', answering({ enum: ['x'] }, '400'), answering({ enum: ['x', 'y'] }, '400')],
    ['an error that is not given any more', answering(text, '404'), {}],
    ['a new parameter', asking(), asking(inQuery(text))],
    ['a new value', asking(inQuery({ enum: ['x'] })), asking(inQuery({ enum: ['x', 'y'] }))],
    ['a wider type', taking({ type: 'integer' }), taking({ type: ['number', 'string'] })],
    ['a new variant', taking({ anyOf: [text] }), taking({ anyOf: [text, { type: 'integer' }] })],
    ['a body that need not be sent', taking(text), taking(text, false)],
    ['a lower scope', { 'x-scope': 'admin' }, { 'x-scope': 'write' }],
  ])('is not %s', (_what, before, after) => {
    expect(breaksOf(before, after)).toEqual([]);
  });

  it('is a path or a method that is gone, but for one whose sunset has passed', () => {
    const gone: OpenApiDocument = { info: { version: '1.0.0' }, paths: {} };
    const ends = (operation: Operation) => findBreaks(documentOf(operation), gone, TODAY);
    expect(ends({})).toEqual(['GET /a: is gone; deprecate it first, and let its sunset pass']);
    expect(ends({ deprecated: true, 'x-sunset': '2026-11-22' })).toHaveLength(1);
    expect(ends({ deprecated: true, 'x-sunset': TODAY })).toEqual([]);
  });

  it('is found behind references, also of schemas that hold themselves', () => {
    const tree = (value: Schema): Record<string, Schema> => ({
      Tree: object({ value, children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } }),
    });
    const operation = answering({ $ref: '#/components/schemas/Tree' });
    const compare = (value: Schema) =>
      findBreaks(documentOf(operation, tree(text)), documentOf(operation, tree(value)), TODAY);
    expect(compare(text)).toEqual([]);
    expect(compare({ type: 'integer' })).toEqual(['GET /a 200.value: type was string, is integer']);
    expect(() => findBreaks(documentOf(operation), documentOf(operation), TODAY)).toThrow('#/components/schemas/Tree');
  });
});
