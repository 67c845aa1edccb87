import express from 'express';
import { Pool } from 'undici';

/** The least that an express proxy can be: passes every GET on to the upstream that its argument names. Prints its port. */
const CONNECTIONS = 128;
const pool = new Pool(process.argv[2] ?? '', { connections: CONNECTIONS });

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.use(async (request, response) => {
  const { host: _host, connection: _connection, ...headers } = request.headers;
  const options = { path: request.originalUrl, method: 'GET', headers, opaque: response } as const;
  try {
    await pool.stream(options, ({ statusCode, headers: answered }) => {
      delete answered.connection;
      delete answered['keep-alive'];
      return response.writeHead(statusCode, answered);
    });
  } catch {
    // A client that left, as they all do at the end of a round.
    response.destroy();
  }
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
process.once('SIGTERM', () => process.exit(0));
