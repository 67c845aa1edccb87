import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';

const CHUNK_BYTES = 64 * 1024;

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
        const chunk = randomBytes(CHUNK_BYTES / 2).toString('hex');
        sent += chunk.length;
        // The end of the wait is told by the signal, too.
        if (!response.write(chunk)) await once(response, 'drain', left).catch(() => undefined);
      }
      response.end();
    },
  };
}
