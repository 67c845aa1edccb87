import type { Endpoint } from '../rest/endpoint.ts';
import { V1_ENDPOINTS } from '../rest/openapi.ts';
import { hasV2, v2Endpoint } from '../rest/versions.ts';
import { type Block, code, heading, list, table, text } from './blocks.ts';

const V1_ANSWER = `{"success": true, "code": "OK", "message": "ok", "traceId": "...", "timestamp": "2026-11-21T17:08:28.940+08:00",
 "data": {"symbol": "600519.SH", "period": "1d", "bars": [{"time": "2026-11-20T00:00:00.000+08:00", "close": 1675.24}]}}`;
const V2_ANSWER = `{"symbol": "600519.SH", "period": "1d", "fields": ["time", "close"], "items": [[1795104000000, 1675.24]]}`;

/** What differs between v1 and v2, endpoint by endpoint. */
export function migrationGuide(): Block[] {
  const kept = V1_ENDPOINTS.filter(hasV2);
  const left = V1_ENDPOINTS.filter((endpoint) => !hasV2(endpoint));
  return [
    heading(1, 'From v1 to v2'),
    text(
      'Both versions are served, by the same services from the same data, under the same keys, scopes and limits.',
      'Inside a version nothing is taken away: `npm run openapi:check` holds each change against the documents of the',
      'last release. What is to leave is announced first, half a year ahead at least, in this page, in the OpenAPI',
      'document and in the headers `Deprecation`, `Sunset` and `Link` of every answer.',
    ),
    heading(2, 'Everywhere'),
    table(
      ['', 'v1', 'v2'],
      [
        ['path', '`/api/v1/...`', '`/api/v2/...`, the rest as it is'],
        ['success', 'envelope: the resource is in `data`', 'the resource itself'],
        ['rows', 'a list of objects', 'by columns: `fields` names them, `items` has a list for each row'],
        ['times in rows', 'ISO 8601 with `+08:00`', 'ms since the epoch, UTC'],
        ['errors', 'envelope with `success: false`', '`application/problem+json` (RFC 9457), the same `code`'],
        ['trace id', '`traceId` in the envelope and `X-Trace-Id`', '`X-Trace-Id`; in problems `traceId` too'],
      ],
    ),
    code('json', V1_ANSWER),
    code('json', V2_ANSWER),
    list(
      'Parameters, units, statuses, cursors, formats (`format=`) and codes of errors are the same.',
      'An empty cell of a row is `null` in v2; in v1 its field is left out.',
      'Follow `nextCursor` within one version: a cursor of the other one may not be taken.',
    ),
    heading(2, 'Endpoint by endpoint'),
    table(['v1', 'v2', 'what changes'], kept.map(rowOf)),
    heading(2, 'Only in v1'),
    text('They answer as another specification says, so a version of ours would change nothing.'),
    table(
      ['endpoint', 'what'],
      left.map(({ method, path, summary }) => [nameOf(method, path), summary]),
    ),
    heading(2, 'On their way out'),
    ...leaving(),
  ];
}

function rowOf(endpoint: Endpoint): string[] {
  const { method, path, table: rows } = endpoint;
  const next = v2Endpoint(endpoint);
  const change = rows ? `\`data.${rows.itemsKey}\` becomes \`fields\` and \`items\`` : '`data` becomes the answer';
  return [nameOf(method, path), `\`${next.path}\``, change];
}

function leaving(): Block[] {
  const rows = V1_ENDPOINTS.flatMap(({ method, path, deprecated }) =>
    deprecated
      ? [[nameOf(method, path), deprecated.since, deprecated.sunset, deprecated.successor ?? 'its v2', deprecated.note]]
      : [],
  );
  if (rows.length === 0) return [text('Nothing at present.')];
  return [table(['endpoint', 'deprecated', 'served until', 'use instead', 'why'], rows)];
}

function nameOf(method: string, path: string): string {
  return `${method.toUpperCase()} \`${path}\``;
}
