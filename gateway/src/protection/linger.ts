import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long a client has to read an answer that came before it had sent everything. */
const LINGER_MS = 2000;

/**
 * Ends the connection of a client that goes on sending a body after it was answered: what it still sends is of no use,
 * and it could go on for ever. Not at once, or the reset would overtake the answer.
 */
export function cutAfterEarlyAnswer(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    if (request.complete) return;
    const cut = setTimeout(() => request.socket.destroy(), LINGER_MS);
    cut.unref();
    request.once('close', () => clearTimeout(cut));
    request.once('end', () => clearTimeout(cut));
  });
}
