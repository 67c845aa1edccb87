import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { asyncApi, errorGuide, migrationGuide, openApiV1, openApiV2, socketGuide } from '@quotefleet/contracts';
import { type RequestHandler, Router } from 'express';
import { createAnswerHeaders } from '../protection/answer-headers.ts';
import { GUIDE_STYLE, guidePage } from './guide-page.ts';
import { sendText } from './send-text.ts';
import { INITIALIZER, PAGE } from './swagger-page.ts';

const require = createRequire(import.meta.url);
const ASSETS = dirname(require.resolve('swagger-ui-dist/package.json'));
const ASSET_NAMES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-standalone-preset.js', 'favicon-32x32.png'];
const ASSETS_MAX_AGE_SECONDS = 3600;
const MAX_AGE_SECONDS = 300;

const INDEX = {
  name: 'quotefleet',
  docs: '/api/docs',
  openapi: { v1: '/openapi/v1.json', v2: '/openapi/v2.json', newest: '/openapi.json' },
  asyncapi: '/asyncapi.json',
  guides: { sockets: '/api/docs/sockets', errors: '/api/docs/errors', migration: '/api/docs/migration' },
  health: '/health/fleet',
};

/** The documents of the API, the page to read and try them, and `/` that leads there. */
export function createDocsRouter(): Router {
  const router = Router();
  const text = (paths: string | string[], type: string, make: () => string) =>
    router.get(paths, sendText({ type, maxAgeSeconds: MAX_AGE_SECONDS }, make));
  text(INDEX.openapi.v1, 'json', () => JSON.stringify(openApiV1()));
  text([INDEX.openapi.v2, INDEX.openapi.newest], 'json', () => JSON.stringify(openApiV2()));
  text(INDEX.asyncapi, 'json', () => JSON.stringify(asyncApi()));
  router.get('/', (request, response) => {
    if (request.accepts(['json', 'html']) === 'html') response.redirect(INDEX.docs);
    else response.json(INDEX);
  });

  router.use('/api/docs', pageHeaders());
  text(INDEX.docs, 'html', () => PAGE);
  text('/api/docs/initializer.js', 'js', () => INITIALIZER);
  text('/api/docs/guide.css', 'css', () => GUIDE_STYLE);
  text(INDEX.guides.sockets, 'html', () => guidePage('Sockets and events', socketGuide()));
  text(INDEX.guides.errors, 'html', () => guidePage('Errors', errorGuide()));
  text(INDEX.guides.migration, 'html', () => guidePage('From v1 to v2', migrationGuide()));
  for (const name of ASSET_NAMES) {
    const how = { type: extname(name), maxAgeSeconds: ASSETS_MAX_AGE_SECONDS };
    router.get(
      `/api/docs/assets/${name}`,
      sendText(how, () => readFileSync(join(ASSETS, name))),
    );
  }
  return router;
}

function pageHeaders(): RequestHandler {
  const { page } = createAnswerHeaders();
  return (_request, response, next) => {
    page(response);
    next();
  };
}
