import { expect, it } from '@jest/globals';
import { openApiV1, V1_ENDPOINTS } from './openapi.ts';

const document = JSON.parse(JSON.stringify(openApiV1()));

it('documents every endpoint once, each with its errors and who may call it', () => {
  const operations = Object.values(document.paths).flatMap((path) =>
    Object.values(path as Record<string, { operationId: string; responses: object }>),
  );
  expect(operations.map(({ operationId }) => operationId).sort()).toEqual(V1_ENDPOINTS.map(({ id }) => id).sort());
  for (const { responses } of operations)
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['400', '429', '503']));
  expect(document.paths['/api/v1/auth/login'].post.security).toEqual([]);
  expect(document.paths['/api/v1/sync/status'].get.responses).toHaveProperty('403');
});

it('shows what a tick that is handed in looks like', () => {
  const { schema } = document.paths['/api/v1/ingest/ticks'].post.requestBody.content['application/json'];
  const tick = schema.properties.ticks.items;
  expect(tick.required).toEqual(expect.arrayContaining(['symbol', 'ts', 'last', 'volume', 'bidPrices']));
  expect(tick.required).not.toContain('seq');
});

it('names the accepted forms of a symbol where one is asked for', () => {
  const [symbol] = document.paths['/api/v1/realtime/stock/{symbol}'].get.parameters;
  expect(symbol).toMatchObject({ name: 'symbol', in: 'path', required: true });
  expect(JSON.stringify(symbol)).toContain('sh600519');
});
