import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Transform, type TransformCallback } from 'node:stream';
import { AppError } from '@quotefleet/service-kit';
import { replaceBody } from '../proxy/request-body.ts';

interface WatchBodyOptions {
  bytesMax: number;
  /** SHA-256 that the bytes must have, in hexadecimal digits. */
  contentHash?: string | undefined;
}

/**
 * Has a body that is too large to hold go on under watch: past its size, or at its end without the hash that was
 * signed, it breaks off with an AppError. The last bytes are held back until the hash is known, so that an upstream
 * never has a whole body that is not the one that was signed.
 */
export function watchBody(request: IncomingMessage, options: WatchBodyOptions): void {
  const watched = new WatchedBody(options);
  request.pipe(watched);
  request.once('close', () => {
    if (!request.complete) watched.destroy();
  });
  // Whoever passes it on hears of its errors too; nobody does yet while the call is being admitted.
  watched.on('error', () => request.unpipe(watched).resume());
  replaceBody(request, watched);
}

class WatchedBody extends Transform {
  readonly #bytesMax: number;
  readonly #expected: string | undefined;
  readonly #hash = createHash('sha256');
  #held: Buffer | undefined;
  #bytes = 0;

  constructor({ bytesMax, contentHash }: WatchBodyOptions) {
    super();
    this.#bytesMax = bytesMax;
    this.#expected = contentHash;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#bytesMax) {
      done(new AppError('TOO_LARGE', `expected a body of at most ${this.#bytesMax} bytes`));
      return;
    }
    if (this.#expected === undefined) {
      done(null, chunk);
      return;
    }
    this.#hash.update(chunk);
    const ready = this.#held;
    this.#held = chunk;
    if (ready) done(null, ready);
    else done();
  }

  override _flush(done: TransformCallback): void {
    if (this.#expected === undefined) done();
    else if (this.#hash.digest('hex') === this.#expected) done(null, this.#held);
    else done(new AppError('UNAUTHENTICATED', 'the body is not the one that was signed'));
  }
}
