import { AppError } from '@quotefleet/service-kit';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { hasBody, replaceBody } from '../proxy/request-body.ts';
import { checkJson, checkUtf8 } from './check-json.ts';

/** The only character encoding of JSON between systems (RFC 8259 section 8.1). */
const JSON_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

/** A body that was read. */
export interface JsonBody {
  value: unknown;
  /** As they go on: not compressed any more. */
  bytes: Buffer;
}

/**
 * Reads the JSON body of a request up to a size, and has the bytes read go on in its place.
 * @throws AppError TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID_ARGUMENT
 */
export type ReadJson = (request: Request, response: Response) => Promise<JsonBody>;

const EMPTY: JsonBody = { value: {}, bytes: Buffer.alloc(0) };

export function createReadJson(bytesMax: number): ReadJson {
  const read = new WeakMap<object, Buffer>();
  const parse: RequestHandler = express.json({
    limit: bytesMax,
    type: () => true,
    // It must not throw: body-parser writes on what is thrown here.
    verify: (request, _response, bytes) => {
      read.set(request, bytes);
    },
  });

  return async (request, response) => {
    if (!hasBody(request)) return EMPTY;
    // Before its type: who sends too much is told so.
    if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
    if (!JSON_TYPE.test(request.headers['content-type'] ?? ''))
      throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'expected a body of the type application/json, in UTF-8');
    await new Promise<void>((resolve, reject) => {
      parse(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
    });
    const bytes = read.get(request) ?? EMPTY.bytes;
    checkUtf8(bytes);
    const value: unknown = bytes.length > 0 ? request.body : {};
    checkJson(value);
    passOn(request, bytes);
    return { value, bytes };
  };
}

function passOn(request: Request, bytes: Buffer): void {
  const { headers } = request;
  delete headers['content-encoding'];
  delete headers['transfer-encoding'];
  headers['content-length'] = String(bytes.length);
  replaceBody(request, bytes);
}

export function tooLarge(bytesMax: number): AppError {
  return new AppError('TOO_LARGE', `expected a body of at most ${bytesMax} bytes`);
}
