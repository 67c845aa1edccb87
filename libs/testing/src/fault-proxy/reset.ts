import type { Socket } from 'node:net';

/**
 * Resets a connection. One that is just being ended from here is closed instead: Node.js 24 refuses to reset it (EINVAL),
 * never closes it after that, and at the end of the process waits for it, for ever and busily.
 */
export function reset(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
