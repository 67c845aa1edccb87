import { hash } from 'node:crypto';
import { AppError } from '@quotefleet/service-kit';
import { cutEnvelope } from './envelope.ts';

/** Where an answer came from: memory, the second level, market-data, or memory past its time. */
export type AnswerSource = 'hit' | 'hit-l2' | 'miss' | 'stale';

/** What is kept of an answer. */
export interface KeptBody {
  /** Of v1 the envelope up to its trace id, of v2 the whole. */
  bytes: Buffer;
  /** Weak: what goes out may carry another trace id, or be compressed. */
  etag: string;
}

export interface Answer extends KeptBody {
  source: AnswerSource;
}

/**
 * What is to be kept of the body that market-data answered with.
 * @throws AppError BAD_GATEWAY where it is not what the version answers with
 */
export function cutBody(path: string, body: Buffer): Buffer {
  const bytes = isEnveloped(path) ? cutEnvelope(body) : body;
  if (bytes) return bytes;
  throw new AppError('BAD_GATEWAY', 'market-data gave an answer of another shape');
}

/** Whether what answers this path goes in an envelope. */
export function isEnveloped(path: string): boolean {
  return path.startsWith('/api/v1/');
}

export function withEtag(bytes: Buffer): KeptBody {
  return { bytes, etag: `W/"${hash('sha1', bytes, 'base64url')}"` };
}
