import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { AppError, newTraceId } from '@quotefleet/service-kit';
import { refusalText } from '../transform/refusal-text.ts';

interface ParserError extends Error {
  code?: string;
  /** What had come in when the parser gave up. */
  rawPacket?: Buffer;
}

const TARGET = /^[A-Z]+ (\S*)/;
const TARGET_BYTES_MAX = 64;

/** Answers what never becomes a request, in the form of any other error; Node.js by itself sends a bare status. */
export function answerUnparsed(server: Server, headerBytesMax: number): void {
  const answers = new WeakMap<Socket, ServerResponse>();
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    answers.set(socket, response);
  });
  // Refused as any request that nothing wants; Node.js by itself sends 417 without a word.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('clientError', (error: ParserError, socket: Socket) => {
    const answer = answers.get(socket);
    // Part of an answer is on its way: a second one would be taken for the rest of it.
    const isBusy = answer?.headersSent && !answer.writableFinished;
    if (!socket.writable || isBusy || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const start = error.rawPacket?.subarray(0, TARGET_BYTES_MAX).toString('latin1') ?? '';
    const refusal = { target: TARGET.exec(start)?.[1] ?? '', traceId: newTraceId() };
    socket.end(refusalText(toAppError(error, headerBytesMax), refusal), () => socket.destroy());
  });
}

function toAppError({ code }: ParserError, headerBytesMax: number): AppError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new AppError('HEADERS_TOO_LARGE', `expected headers of at most ${headerBytesMax} bytes in all`);
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return new AppError('TOO_LARGE', 'expected shorter chunk extensions');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new AppError('REQUEST_TIMEOUT', 'the request did not come in whole in time');
  return new AppError('INVALID_ARGUMENT', 'expected HTTP/1.1');
}
