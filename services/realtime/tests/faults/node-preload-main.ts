/**
 * Loaded before a node under test: lets the test step its clock, and leads its connections through proxies, since Kafka
 * clients connect where the broker tells them.
 */
import { Socket } from 'node:net';
import type { NodeOrder } from './node-messages.ts';

const RealDate = Date;
const realNow = Date.now;
let offsetMs = 0;
const now = () => realNow() + offsetMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: [], newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

let routes = new Map<number, number>();
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
  // net.connect() hands its arguments over as one array.
  const options = Array.isArray(args[0]) ? args[0][0] : args[0];
  const port = routes.get(Number(options?.port));
  if (port !== undefined) Object.assign(options, { host: '127.0.0.1', port });
  return Reflect.apply(connect, this, args);
} as typeof connect;

process.on('message', (order: NodeOrder) => {
  if (order.kind === 'step-clock') offsetMs += order.ms;
  if (order.kind === 'start') routes = new Map(order.routes);
});
