import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Endpoint } from './endpoint.ts';
import { ERROR_STATUS, type ErrorCode, envelopeSchema, errorEnvelopeSchema, problemSchema } from './envelope.ts';
import { ERROR_MEANINGS } from './errors.ts';
import * as market from './market/index.ts';
import * as access from './v1/access.ts';
import * as audit from './v1/audit.ts';
import * as auth from './v1/auth.ts';
import { GATEWAY_ENDPOINTS } from './v1/gateway.ts';
import { REALTIME_ENDPOINTS } from './v1/realtime.ts';
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
  ...REALTIME_ENDPOINTS,
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

const oauthError = z
  .object({ error: z.string(), error_description: z.string().optional() })
  .meta({ id: 'OAuthError', description: 'RFC 6749 section 5.2' });
const retryAfter = z.int().meta({ description: 'Seconds' });

function errorResponses(endpoint: Endpoint, version: Version) {
  return Object.fromEntries(
    errorCodesOf(endpoint).map((code) => {
      const { when, retry } = ERROR_MEANINGS[code];
      const headers = retry === 'later' ? { headers: z.object({ 'Retry-After': retryAfter.optional() }) } : {};
      return [String(ERROR_STATUS[code]), { description: when, content: errorContent(endpoint, version), ...headers }];
    }),
  );
}

function errorContent({ bare }: Endpoint, version: Version) {
  if (bare) return { 'application/json': { schema: z.union([oauthError, errorEnvelopeSchema]) } };
  if (version === 'v1') return { 'application/json': { schema: errorEnvelopeSchema } };
  return { 'application/problem+json': { schema: problemSchema } };
}

/** One code for each status that an endpoint can end with. */
function errorCodesOf({ access, params, body, table, bodyTypes }: Endpoint): ErrorCode[] {
  return [
    'INVALID_ARGUMENT',
    ...(access === 'public' ? [] : (['UNAUTHENTICATED', 'FORBIDDEN'] as const)),
    ...(params ? (['NOT_FOUND'] as const) : []),
    ...(table ? (['NOT_ACCEPTABLE'] as const) : []),
    ...(body || bodyTypes ? (['TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const) : []),
    'RATE_LIMITED',
    'INTERNAL',
    'BAD_GATEWAY',
    'UNAVAILABLE',
    'TIMEOUT',
  ];
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

/** What an endpoint does, and that it leaves. */
function describe({ description, deprecated }: Endpoint) {
  if (!deprecated) return description ? { description } : {};
  const { since, sunset, successor, note } = deprecated;
  const leaving = `Deprecated since ${since}, served until ${sunset} at least: use ${successor ?? 'its v2'}. ${note}.`;
  return {
    description: [leaving, ...(description ? [description] : [])].join('\n\n'),
    deprecated: true,
    'x-sunset': sunset,
  };
}

function operation(endpoint: Endpoint, version: Version): ZodOpenApiOperationObject {
  const schema = version === 'v1' && !endpoint.bare ? envelopeSchema(endpoint.data) : endpoint.data;
  const text = { schema: { type: 'string' as const } };
  const files = endpoint.table ? Object.fromEntries(OTHER_FORMATS.map((type) => [type, text])) : {};
  return {
    operationId: endpoint.id,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    ...describe(endpoint),
    'x-scope': endpoint.access,
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
    servers: [{ url: '/', description: 'The gateway that serves this document' }],
    tags: [...new Set(endpoints.map(({ tag }) => tag))].map((name) => ({ name })),
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
