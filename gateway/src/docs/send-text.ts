import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { RequestHandler } from 'express';

/** What is smaller takes one packet anyhow. */
const COMPRESSED_BYTES_MIN = 1024;
/** Some 100 ms for the largest, once. */
const BROTLI_QUALITY = 7;

const encoders = {
  br: (bytes: Buffer) => toBrotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: (bytes: Buffer) => toGzip(bytes),
};
const toBrotli = promisify(brotliCompress);
const toGzip = promisify<Buffer, Buffer>(gzip);

interface SendOptions {
  /** By its file extension. */
  type: string;
  maxAgeSeconds: number;
}

/**
 * Serves what is made when it is first asked for and stays as it is; who has it already gets 304. It is compressed once:
 * anybody may ask for it, as often as they like.
 */
export function sendText({ type, maxAgeSeconds }: SendOptions, make: () => string | Buffer): RequestHandler {
  let made: { bytes: Buffer; tag: string } | undefined;
  const encoded = new Map<keyof typeof encoders, Promise<Buffer>>();
  return async (request, response) => {
    made ??= withTag(Buffer.from(make()));
    const { bytes, tag } = made;
    response.setHeader('Cache-Control', `public, max-age=${maxAgeSeconds}`);
    // Weak: it stands for the compressed forms too.
    response.setHeader('ETag', tag);
    response.type(type).vary('Accept-Encoding');
    const encoding =
      bytes.length < COMPRESSED_BYTES_MIN ? 'identity' : request.acceptsEncodings('br', 'gzip', 'identity');
    if (encoding !== 'br' && encoding !== 'gzip') {
      response.send(bytes);
      return;
    }
    const compressed = encoded.get(encoding) ?? encoders[encoding](bytes);
    encoded.set(encoding, compressed);
    response.setHeader('Content-Encoding', encoding);
    response.send(await compressed);
  };
}

function withTag(bytes: Buffer): { bytes: Buffer; tag: string } {
  return { bytes, tag: `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"` };
}
