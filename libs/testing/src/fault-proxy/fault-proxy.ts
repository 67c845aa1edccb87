import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Faults, Pipe } from './pipe.ts';
import { reset } from './reset.ts';

export interface Address {
  host: string;
  port: number;
}

interface FaultProxyOptions {
  /** Where connections lead; a function is asked for each of them, as to go round several nodes. */
  target: Address | (() => Address);
}

interface FaultCounts {
  /** Connections taken since the start. */
  accepted: number;
  refused: number;
  /** Connections now. */
  open: number;
  bytesToTarget: number;
  bytesToClients: number;
}

/**
 * A TCP proxy on 127.0.0.1 that does what networks do. Every fault holds for the connections there are and for those
 * to come, until it is taken back.
 */
export interface FaultProxy extends Address {
  readonly counts: FaultCounts;
  /**
   * A black hole: neither bytes nor closes pass, either way. They are kept, as TCP would send them again: after
   * `resume` connections go on where they were. Who connects meanwhile is let in, since the system does that, and is
   * led to the target afterwards.
   */
  pause(): void;
  resume(): void;
  /** Resets all connections on both sides; bytes on their way are lost. */
  dropConnections(): void;
  /** Resets new connections at once, or takes them again. */
  refuse(isRefusing: boolean): void;
  /** Resets all connections and refuses new ones. */
  cut(): void;
  /** Each byte comes so much later, either way. */
  setLatency(ms: number): void;
  /** Limits each connection, each way; `undefined` lifts it. */
  setBandwidth(bytesPerSecond: number | undefined): void;
  /** One side of all connections is gone, and the other is not told: it is neither answered nor read any more. */
  halfOpen(gone: 'client' | 'target'): void;
  /** Takes back every fault. */
  mend(): void;
  close(): Promise<void>;
}

export async function createFaultProxy({ target }: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new TcpFaultProxy(typeof target === 'function' ? target : () => target);
  await proxy.listen();
  return proxy;
}

interface Link {
  client: Socket;
  target: Socket;
  pipes: [toTarget: Pipe, toClient: Pipe];
}

class TcpFaultProxy implements FaultProxy {
  readonly host = '127.0.0.1';
  readonly #targetOf: () => Address;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  /** Taken during a pause: not led anywhere yet. */
  readonly #waiting = new Set<Socket>();
  readonly #faults: Faults = { isPaused: false, latencyMs: 0, bytesPerSecond: undefined };
  readonly #closed = { bytesToTarget: 0, bytesToClients: 0 };
  #isRefusing = false;
  #accepted = 0;
  #refused = 0;

  constructor(targetOf: () => Address) {
    this.#targetOf = targetOf;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (client) =>
      this.#take(client),
    );
  }

  async listen(): Promise<void> {
    this.#server.listen(0, this.host);
    await once(this.#server, 'listening');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get counts(): FaultCounts {
    let { bytesToTarget, bytesToClients } = this.#closed;
    for (const { pipes } of this.#links) {
      bytesToTarget += pipes[0].passed;
      bytesToClients += pipes[1].passed;
    }
    const open = this.#links.size + this.#waiting.size;
    return { accepted: this.#accepted, refused: this.#refused, open, bytesToTarget, bytesToClients };
  }

  pause(): void {
    this.#change({ isPaused: true });
  }

  resume(): void {
    this.#change({ isPaused: false });
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const client of waiting) this.#lead(client);
  }

  dropConnections(): void {
    for (const { client, target } of this.#links) {
      reset(client);
      reset(target);
    }
    for (const client of this.#waiting) reset(client);
  }

  refuse(isRefusing: boolean): void {
    this.#isRefusing = isRefusing;
  }

  cut(): void {
    this.refuse(true);
    this.dropConnections();
  }

  setLatency(latencyMs: number): void {
    this.#change({ latencyMs });
  }

  setBandwidth(bytesPerSecond: number | undefined): void {
    this.#change({ bytesPerSecond });
  }

  halfOpen(gone: 'client' | 'target'): void {
    for (const link of this.#links) {
      for (const pipe of link.pipes) pipe.stop();
      reset(link[gone]);
    }
  }

  mend(): void {
    this.refuse(false);
    this.#change({ latencyMs: 0, bytesPerSecond: undefined });
    this.resume();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #change(changes: Partial<Faults>): void {
    Object.assign(this.#faults, changes);
    for (const { pipes } of this.#links) for (const pipe of pipes) pipe.update();
  }

  #take(client: Socket): void {
    client.on('error', () => client.destroy());
    if (this.#isRefusing) {
      this.#refused += 1;
      reset(client);
      return;
    }
    this.#accepted += 1;
    if (this.#faults.isPaused) {
      this.#waiting.add(client);
      client.on('close', () => this.#waiting.delete(client));
    } else {
      this.#lead(client);
    }
  }

  #lead(client: Socket): void {
    // Another proxy, too, may be the target: its port is no property to copy.
    const { host, port } = this.#targetOf();
    const target = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const toTarget = new Pipe(client, target, this.#faults);
    const link: Link = { client, target, pipes: [toTarget, new Pipe(target, client, this.#faults)] };
    this.#links.add(link);
    const forget = () => {
      if (client.closed && target.closed && this.#links.delete(link)) {
        this.#closed.bytesToTarget += link.pipes[0].passed;
        this.#closed.bytesToClients += link.pipes[1].passed;
      }
    };
    for (const socket of [client, target]) socket.on('close', forget);
    toTarget.update();
  }
}
