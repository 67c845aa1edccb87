import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Endpoint } from './endpoint.ts';
import { envelopeSchema, errorEnvelopeSchema } from './envelope.ts';
import * as auth from './v1/auth.ts';
import * as market from './v1/market.ts';
import * as sync from './v1/sync.ts';

/** Every public endpoint of v1, in the order the documents show them. */
export const V1_ENDPOINTS: readonly Endpoint[] = [
  market.realtimeStock,
  market.realtimeIndex,
  market.historicalStock,
  market.historicalIndex,
  market.listTicks,
  market.listStocks,
  market.stockInfo,
  market.tradeCalendar,
  market.ingestTicks,
  market.importBars,
  auth.registerUser,
  auth.login,
  auth.refreshTokens,
  auth.createApiKey,
  auth.listApiKeys,
  auth.revokeApiKey,
  sync.syncStatus,
];

const errorResponse = (description: string) => ({
  description,
  content: { 'application/json': { schema: errorEnvelopeSchema } },
});

function errorResponses(endpoint: Endpoint) {
  return {
    '400': errorResponse('A field is malformed; data.errors names it'),
    ...(endpoint.access === 'public' ? {} : { '401': errorResponse('API key or token missing or wrong') }),
    ...(endpoint.access === 'public' || endpoint.access === 'read'
      ? {}
      : { '403': errorResponse('The scope is missing') }),
    ...(endpoint.params ? { '404': errorResponse('Unknown') } : {}),
    '429': errorResponse('Over the rate limit; Retry-After says when to come back'),
    '503': errorResponse('A part of the fleet is not available; Retry-After says when to come back'),
  };
}

function requestBody(endpoint: Endpoint) {
  const body = endpoint.documentedBody ?? endpoint.body;
  if (body) return { requestBody: { required: true, content: { 'application/json': { schema: body } } } };
  if (!endpoint.bodyTypes) return {};
  const binary = { schema: { type: 'string' as const, format: 'binary' } };
  return {
    requestBody: { required: true, content: Object.fromEntries(endpoint.bodyTypes.map((type) => [type, binary])) },
  };
}

function operation(endpoint: Endpoint): ZodOpenApiOperationObject {
  return {
    operationId: endpoint.id,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    ...(endpoint.description ? { description: endpoint.description } : {}),
    ...(endpoint.access === 'public' ? { security: [] } : {}),
    requestParams: {
      ...(endpoint.params ? { path: endpoint.params } : {}),
      ...(endpoint.query ? { query: endpoint.query } : {}),
    },
    ...requestBody(endpoint),
    responses: {
      [String(endpoint.status ?? 200)]: {
        description: 'Success',
        content: { 'application/json': { schema: envelopeSchema(endpoint.data) } },
      },
      ...errorResponses(endpoint),
    },
  };
}

/** The OpenAPI 3.1 document of v1. */
export function openApiV1(): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const endpoint of V1_ENDPOINTS) {
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method]: operation(endpoint) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Quotefleet API',
      version: '1.0.0',
      description: 'Prices in yuan, volume in shares, amount in yuan, times ISO 8601 with +08:00.',
    },
    security: [{ apiKey: [] }, { bearer: [] }],
    components: {
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
    paths,
  });
}
