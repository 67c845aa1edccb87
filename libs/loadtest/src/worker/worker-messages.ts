import type { Encoding, Mode } from '@quotefleet/contracts';
import type { AuditTotals } from '../audit/audit-tally.ts';
import type { HeadEntry } from '../audit/heads.ts';
import type { SelfSample } from '../measures/self-watch.ts';

/** Which rooms the connections ask for. */
export interface RoomPlan {
  names: readonly string[];
  /** The n-th connection takes so many of the names, from the n-th such portion on, round and round. */
  perConnection: number;
  mode?: Mode | undefined;
  maxHz?: number | undefined;
}

export type ClientKind = 'raw' | 'socket.io';

/** What every worker is told alike. */
export interface LoadPlan {
  /** Gateways or nodes, http or https; the connections go to them in turn. */
  urls: readonly string[];
  apiKey: string;
  encoding: Encoding;
  client: ClientKind;
  rooms: RoomPlan;
  /** Source addresses, used in turn; the system's choice where there are none. */
  addresses: readonly string[];
}

/** The share of one worker. */
export interface WorkerPlan extends LoadPlan {
  first: number;
  count: number;
  /** Connections to open a second. */
  perSecond: number;
}

/** What became of the connections so far. */
export interface ConnectionCounts {
  asked: number;
  attempts: number;
  /** Open now. */
  open: number;
  /** Let in and answered about all its rooms, at some time. */
  ready: number;
  /** Tried as often as was allowed, in vain. */
  givenUp: number;
  /** Attempts to which the server said no, by its code. */
  refused: Record<string, number>;
  /** Attempts that came to nothing, by the system's code. */
  failed: Record<string, number>;
  /** Connections that ended after they were open, by code. */
  dropped: Record<string, number>;
  roomsGranted: number;
  roomsRefused: Record<string, number>;
  /** Connections that get data later than it was made, by their role: their latencies are not counted. */
  delayed: number;
}

/** What a worker did since its last sample. */
export interface WorkerSample {
  /** Ms since epoch UTC. */
  at: number;
  messages: number;
  frames: number;
  bytes: number;
  open: number;
  self: SelfSample;
  /** Latencies, encoded; absent where there were none. */
  latencies?: string;
}

export type ToWorker =
  | { kind: 'open'; plan: WorkerPlan }
  | { kind: 'lap' }
  | { kind: 'mark' }
  | { kind: 'audit'; heads: HeadEntry[]; graceMs: number }
  | { kind: 'close' };

export type FromWorker =
  | { kind: 'sample'; sample: WorkerSample; isLap: boolean }
  | { kind: 'progress'; counts: ConnectionCounts; isSettled: boolean }
  | { kind: 'marked'; heads: HeadEntry[] }
  | { kind: 'audited'; totals: AuditTotals; counts: ConnectionCounts };
