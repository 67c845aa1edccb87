import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError, sendError } from '@quotefleet/service-kit';
import type { Request, Response } from 'express';
import { bodyOf, hasBody, replaceBody } from '../proxy/request-body.ts';
import type { Route } from '../routes/route.ts';
import { signedHashOf } from '../signing/signatures.ts';
import { createReadJson, tooLarge } from '../validation/read-json.ts';
import type { Validation } from '../validation/validate-request.ts';
import { bodyBytesMax } from './body-limits.ts';
import type { SlowUploads } from './slow-uploads.ts';
import { watchBody } from './watched-body.ts';

/** Methods whose bodies mean nothing (RFC 9110 section 9.3): whatever comes along is not passed on. */
const BODYLESS = new Set(['GET', 'HEAD', 'DELETE']);
const NOTHING = Buffer.alloc(0);

/**
 * Takes the body of an admitted request: JSON whole, checked by its schema; else under watch while it passes.
 * @throws AppError for a body that is too large, too slow, malformed, or not the one that was signed
 */
export type AcceptBody = (request: Request, response: Response) => Promise<void> | undefined;

export function createAcceptBody(route: Route, validation: Validation, slowUploads: SlowUploads): AcceptBody {
  const bytesMax = bodyBytesMax(route);
  const readJson = createReadJson(bytesMax);
  const checkValue = validation.body;

  async function takeJson(request: Request, response: Response): Promise<void> {
    if (signedHashOf(request) !== undefined && request.headers['content-encoding'] !== undefined)
      throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'expected a signed body that is not compressed');
    const slow = Promise.withResolvers<never>();
    slowUploads.watch(request, () => slow.reject(tooSlow()));
    const { value, bytes } = await Promise.race([readJson(request, response), slow.promise]);
    checkHash(request, bytes);
    checkValue?.(value);
  }

  function passUnderWatch(request: Request, response: Response): void {
    if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
    watchBody(request, { bytesMax, contentHash: signedHashOf(request) });
    slowUploads.watch(request, () => {
      const body = bodyOf(request);
      if (!Buffer.isBuffer(body)) body.destroy(tooSlow());
      // Also where nobody passes it on any more.
      if (!response.headersSent) sendError(response, tooSlow());
    });
  }

  return (request, response) => {
    const isThere = hasBody(request);
    if (!isThere || BODYLESS.has(request.method)) {
      if (isThere) dropBody(request);
      checkHash(request, NOTHING);
      checkValue?.({});
      return undefined;
    }
    if (checkValue) return takeJson(request, response);
    passUnderWatch(request, response);
    return undefined;
  };
}

function dropBody(request: Request): void {
  delete request.headers['content-length'];
  delete request.headers['transfer-encoding'];
  replaceBody(request, NOTHING);
  request.resume();
}

function checkHash(request: Request, bytes: Buffer): void {
  const signed = signedHashOf(request);
  if (signed === undefined) return;
  const hash = createHash('sha256').update(bytes).digest();
  if (!timingSafeEqual(hash, Buffer.from(signed, 'hex')))
    throw new AppError('UNAUTHENTICATED', 'the body is not the one that was signed');
}

const tooSlow = () => new AppError('REQUEST_TIMEOUT', 'the body comes in too slowly');
