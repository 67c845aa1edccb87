import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';

const MAX_AGE_SECONDS = 300;

/** Serves a text that is made when it is first asked for and stays as it is; who has it already gets 304. */
export function sendText(type: string, make: () => string): RequestHandler {
  let made: { text: string; tag: string } | undefined;
  return (_request, response) => {
    made ??= withTag(make());
    response.setHeader('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`);
    // Weak: it stands for the compressed forms too.
    response.setHeader('ETag', made.tag);
    response.type(type).send(made.text);
  };
}

function withTag(text: string): { text: string; tag: string } {
  return { text, tag: `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"` };
}
