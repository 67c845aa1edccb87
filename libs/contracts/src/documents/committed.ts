import { openApiV1, openApiV2 } from '../rest/openapi.ts';
import { asyncApi } from '../socket/asyncapi.ts';
import { toMarkdown } from './blocks.ts';
import { errorGuide } from './error-guide.ts';
import { migrationGuide } from './migration-guide.ts';

/** The documents that are kept in the repository, by their path from its root. */
export function committedDocuments(): Record<string, string> {
  return {
    'openapi/v1.json': json(openApiV1()),
    'openapi/v2.json': json(openApiV2()),
    'openapi/asyncapi.json': json(asyncApi()),
    'docs/api/errors.md': toMarkdown(errorGuide()),
    'docs/api/migration-v1-v2.md': toMarkdown(migrationGuide()),
  };
}

function json(document: unknown): string {
  return `${JSON.stringify(document, undefined, 1)}\n`;
}
