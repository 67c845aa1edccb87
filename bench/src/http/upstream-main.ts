import { createServer } from 'node:http';

/** The service behind the gateways that are compared: 1 KB of JSON to every GET. Prints its port. */
const ANSWER_BYTES = 1024;
const EMPTY = { success: true, code: 'OK', message: 'ok', data: { pad: '' } };
const pad = 'x'.repeat(ANSWER_BYTES - JSON.stringify(EMPTY).length);
const answer = Buffer.from(JSON.stringify({ ...EMPTY, data: { pad } }));
const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': String(answer.length) };

const server = createServer({ keepAliveTimeout: 65_000 }, (_request, response) => {
  response.writeHead(200, headers).end(answer);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
process.once('SIGTERM', () => process.exit(0));
