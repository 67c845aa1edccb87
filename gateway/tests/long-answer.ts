import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';

const CHUNK_BYTES = 64 * 1024;
/** More than any compression looks back. */
const POOL_BYTES = 8 * 1024 * 1024;
/** Made once: what is made while it is sent would take the time of those who are served. */
const POOL = Buffer.from(randomBytes(POOL_BYTES / 2).toString('hex'));

/** Plays an answer of many bytes, sent only as fast as it is taken. */
export interface LongAnswer {
  listener: RequestListener;
  sentBytes(): number;
}

/** Text that compresses to a half at best, so that it cannot vanish in the buffers on the way. */
export function longAnswer(contentType: string, totalBytes: number): LongAnswer {
  let sent = 0;
  return {
    sentBytes: () => sent,
    listener: async (_request, response) => {
      const left = new AbortController();
      response.once('close', () => left.abort());
      response.writeHead(200, { 'content-type': contentType });
      while (sent < totalBytes && !left.signal.aborted) {
        const from = sent % POOL_BYTES;
        const chunk = POOL.subarray(from, from + CHUNK_BYTES);
        sent += chunk.length;
        // The end of the wait is told by the signal, too.
        if (!response.write(chunk)) await once(response, 'drain', left).catch(() => undefined);
      }
      response.end();
    },
  };
}
