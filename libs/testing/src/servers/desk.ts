import { createServer, type ServerResponse } from 'node:http';
import { SERVER_NAMES, type ServerName } from '../config.ts';
import type { Plan } from './plan.ts';
import type { StartedServer } from './source.ts';
import { startServer } from './start.ts';

/** Where the test workers ask for a server: the first to ask has it started, all get the same one. */
export interface Desk {
  url: string;
  /** Stops every server that was started. */
  close(): Promise<void>;
}

type Start = (name: ServerName) => Promise<StartedServer>;

/** Opens the desk on loopback, in the process that runs jest. `GET /kafka` answers `{address}` or `{error}`. */
export async function openDesk(plan: Plan, start: Start = (name) => startServer(name, plan[name])): Promise<Desk> {
  const started = new Map<ServerName, Promise<StartedServer>>();
  const server = createServer((request, response) => {
    const name = SERVER_NAMES.find((known) => request.url === `/${known}`);
    if (!name) return reply(response, 404, { error: `expected a server's name, found ${request.url}` });
    const starting = started.get(name) ?? start(name);
    started.set(name, starting);
    starting.then(
      ({ address }) => reply(response, 200, { address }),
      (error: unknown) => reply(response, 500, { error: error instanceof Error ? error.message : String(error) }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const close = async () => {
    server.close();
    server.closeAllConnections();
    const servers = await Promise.allSettled(started.values());
    await Promise.all(servers.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
}
