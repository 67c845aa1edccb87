import { AppError } from '@quotefleet/service-kit';
import type { Request } from 'express';

/**
 * The media type of a body.
 * @throws AppError UNSUPPORTED_MEDIA_TYPE where it is none of those, or the body is compressed on its way
 */
export function mediaTypeOf(request: Request, allowed: readonly string[]): string {
  const type = request.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? 'none';
  if (!allowed.includes(type))
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', `expected ${allowed.join(', ')}, was ${type}`);
  const encoding = request.get('content-encoding')?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity')
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', `expected a body without Content-Encoding, was ${encoding}`);
  return type;
}

/**
 * The body piece by piece. One that is not read to its end is left on the connection, so that the answer still goes out.
 * @throws AppError TOO_LARGE past that many bytes
 */
export async function* streamBody(request: Request, bytesMax: number): AsyncGenerator<Buffer> {
  const tooLarge = () => new AppError('TOO_LARGE', `a body may have ${bytesMax} bytes at most`);
  if (Number(request.get('content-length') ?? 0) > bytesMax) throw tooLarge();
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bytesMax) throw tooLarge();
    yield chunk;
  }
}

/** The whole body. @throws AppError TOO_LARGE past that many bytes */
export async function collectBody(request: Request, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of streamBody(request, bytesMax)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
