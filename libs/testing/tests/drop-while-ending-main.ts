import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { createFaultProxy } from '../src/fault-proxy/fault-proxy.ts';
import { waitUntil } from '../src/wait-until.ts';

let received = 0;
const server = createServer((socket) => socket.on('data', ({ length }) => (received += length)));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const proxy = await createFaultProxy({ target: { host: '127.0.0.1', port } });
const client = connect({ host: proxy.host, port: proxy.port });
client.on('error', () => client.destroy());
proxy.setBandwidth(1000);
client.end(Buffer.alloc(10_000));
await waitUntil(() => received > 0);
// Now it passes all that it holds, the end as the last, and the system had no turn yet to make that of it.
proxy.setBandwidth(undefined);
await proxy.close();
server.close();
