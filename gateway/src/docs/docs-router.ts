import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { asyncApi, openApiV1, openApiV2 } from '@quotefleet/contracts';
import express, { type RequestHandler, Router } from 'express';
import { createAnswerHeaders } from '../protection/answer-headers.ts';
import { INITIALIZER, PAGE } from './swagger-page.ts';

const require = createRequire(import.meta.url);
const ASSETS = dirname(require.resolve('swagger-ui-dist/package.json'));
const ASSET_NAMES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-standalone-preset.js', 'favicon-32x32.png'];
const ASSETS_MAX_AGE_MS = 3600 * 1000;

const INDEX = {
  name: 'quotefleet',
  docs: '/api/docs',
  openapi: { v1: '/openapi/v1.json', v2: '/openapi/v2.json' },
  asyncapi: '/asyncapi.json',
  health: '/health/fleet',
};

/** The documents of the API, the page to read and try them, and `/` that leads there. */
export function createDocsRouter(): Router {
  const router = Router();
  router.get(INDEX.openapi.v1, sendJson(openApiV1()));
  router.get(INDEX.openapi.v2, sendJson(openApiV2()));
  router.get('/asyncapi.json', sendJson(asyncApi()));
  router.get('/', (request, response) => {
    if (request.accepts(['json', 'html']) === 'html') response.redirect(INDEX.docs);
    else response.json(INDEX);
  });

  router.use('/api/docs', pageHeaders());
  router.get('/api/docs', (_request, response) => void response.type('html').send(PAGE));
  router.get('/api/docs/initializer.js', (_request, response) => void response.type('js').send(INITIALIZER));
  const assets = express.static(ASSETS, { index: false, maxAge: ASSETS_MAX_AGE_MS });
  router.use('/api/docs/assets', (request, response, next) => {
    if (ASSET_NAMES.includes(request.path.slice(1))) assets(request, response, next);
    else next();
  });
  return router;
}

function pageHeaders(): RequestHandler {
  const { page } = createAnswerHeaders();
  return (_request, response, next) => {
    page(response);
    next();
  };
}

function sendJson(document: unknown): RequestHandler {
  const text = JSON.stringify(document);
  return (_request, response) => void response.type('json').send(text);
}
