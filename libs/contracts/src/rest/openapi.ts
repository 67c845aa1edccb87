import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Endpoint } from './endpoint.ts';
import { envelopeSchema, errorEnvelopeSchema, problemSchema } from './envelope.ts';
import * as market from './market/index.ts';
import * as access from './v1/access.ts';
import * as audit from './v1/audit.ts';
import * as auth from './v1/auth.ts';
import { GATEWAY_ENDPOINTS } from './v1/gateway.ts';
import * as sync from './v1/sync.ts';
import { hasV2, v2Endpoint } from './versions.ts';

/** Every public endpoint of v1, in the order the documents show them. */
export const V1_ENDPOINTS: readonly Endpoint[] = [
  ...market.MARKET_READS,
  ...market.MARKET_WRITES,
  ...auth.AUTH_ENDPOINTS,
  sync.syncStatus,
  ...access.ACCESS_ENDPOINTS,
  ...audit.AUDIT_ENDPOINTS,
  ...GATEWAY_ENDPOINTS,
];

/** Every public endpoint of v2. */
export const V2_ENDPOINTS: readonly Endpoint[] = V1_ENDPOINTS.filter(hasV2).map(v2Endpoint);

type Version = 'v1' | 'v2';

const OTHER_FORMATS = [
  'application/x-ndjson',
  'text/csv',
  'application/vnd.apache.arrow.stream',
  'application/vnd.apache.parquet',
];

function errorResponse(version: Version, description: string) {
  const content =
    version === 'v1'
      ? { 'application/json': { schema: errorEnvelopeSchema } }
      : { 'application/problem+json': { schema: problemSchema } };
  return { description, content };
}

function errorResponses(endpoint: Endpoint, version: Version) {
  const answer = (description: string) => errorResponse(version, description);
  return {
    '400': answer('A field is malformed; errors name it'),
    ...(endpoint.access === 'public' ? {} : { '401': answer('API key or token missing or wrong') }),
    ...(endpoint.access === 'public' || endpoint.access === 'read' ? {} : { '403': answer('The scope is missing') }),
    ...(endpoint.params ? { '404': answer('Unknown') } : {}),
    ...(endpoint.table ? { '406': answer('No format that the call accepts can be had') } : {}),
    '429': answer('Over the rate limit; Retry-After says when to come back'),
    '503': answer('A part of the fleet is not available; Retry-After says when to come back'),
  };
}

function requestBody({ documentedBody, body, bodyTypes = [] }: Endpoint) {
  const schema = documentedBody ?? body;
  const json = schema ? { 'application/json': { schema } } : {};
  const binary = { schema: { type: 'string' as const, format: 'binary' } };
  const files = bodyTypes
    .filter((type) => !(type in json))
    .map((type) => [type, type === auth.FORM_TYPE && schema ? { schema } : binary]);
  const content = { ...json, ...Object.fromEntries(files) };
  return Object.keys(content).length === 0 ? {} : { requestBody: { required: true, content } };
}

function operation(endpoint: Endpoint, version: Version): ZodOpenApiOperationObject {
  const schema = version === 'v1' && !endpoint.bare ? envelopeSchema(endpoint.data) : endpoint.data;
  const text = { schema: { type: 'string' as const } };
  const files = endpoint.table ? Object.fromEntries(OTHER_FORMATS.map((type) => [type, text])) : {};
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
        content: { 'application/json': { schema }, ...files },
      },
      ...errorResponses(endpoint, version),
    },
  };
}

const UNITS = 'Prices in yuan, volume in shares, amount in yuan.';

/** The OpenAPI 3.1 document of v1. */
export function openApiV1(): ReturnType<typeof createDocument> {
  return openApi('v1', V1_ENDPOINTS, `${UNITS} Times ISO 8601 with +08:00.`);
}

/** The OpenAPI 3.1 document of v2: bare resources, rows by columns, problem details for errors. */
export function openApiV2(): ReturnType<typeof createDocument> {
  return openApi('v2', V2_ENDPOINTS, `${UNITS} Rows by columns; their times in ms since epoch UTC.`);
}

function openApi(version: Version, endpoints: readonly Endpoint[], description: string) {
  const paths: ZodOpenApiPathsObject = {};
  for (const endpoint of endpoints) {
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method]: operation(endpoint, version) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Quotefleet API', version: version === 'v1' ? '1.0.0' : '2.0.0', description },
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
