import type { IncomingMessage } from 'node:http';

const CHECK_INTERVAL_MS = 1000;

export interface UploadPace {
  /** Bytes a second that a client must send while nothing but it is waited for. */
  bytesPerSecondMin: number;
  /** How long a client may be slower than that, at the start and later. */
  graceMs: number;
}

export interface SlowUploads {
  /** Watches a request until its body is whole; `tell` is called once where its client is too slow. */
  watch(request: IncomingMessage, tell: () => void): void;
  close(): void;
}

interface Upload {
  bytes: number;
  /** How long it has been too slow, in ms. */
  slowMs: number;
  tell: () => void;
}

/**
 * Ends uploads that trickle in to keep a connection and a place at an upstream. What the gateway has not taken yet,
 * because the upstream is not ready for it, is no fault of the client.
 */
export function createSlowUploads({ bytesPerSecondMin, graceMs }: UploadPace): SlowUploads {
  const uploads = new Map<IncomingMessage, Upload>();
  const timer = setInterval(check, CHECK_INTERVAL_MS);
  timer.unref();

  // However late it comes: a gateway that stalls has not read what its clients sent meanwhile.
  function check(): void {
    for (const [request, upload] of uploads) {
      const bytes = request.socket.bytesRead;
      const isSlow = bytes - upload.bytes < (bytesPerSecondMin * CHECK_INTERVAL_MS) / 1000;
      upload.bytes = bytes;
      upload.slowMs =
        isSlow && request.readableLength === 0 && !request.isPaused() ? upload.slowMs + CHECK_INTERVAL_MS : 0;
      if (upload.slowMs < graceMs) continue;
      uploads.delete(request);
      upload.tell();
    }
  }

  return {
    watch(request, tell) {
      if (request.complete) return;
      uploads.set(request, { bytes: request.socket.bytesRead, slowMs: 0, tell });
      const forget = () => uploads.delete(request);
      request.once('end', forget).once('close', forget);
    },
    close: () => clearInterval(timer),
  };
}
