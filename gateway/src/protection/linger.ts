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
    // What holds it back, as an upstream that is not there, does so no more.
    request.unpipe().resume();
    setTimeout(() => {
      // Whoever got it all in meanwhile may use the connection for the next request.
      if (!request.complete) request.socket.destroy();
    }, LINGER_MS).unref();
  });
}
