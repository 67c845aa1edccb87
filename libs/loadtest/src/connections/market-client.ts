import type { Encoding, RoomRequest, RoomResult } from '@quotefleet/contracts';
import type { ReceivedMessage } from './received-message.ts';

/** How a connection is made, and who is told what becomes of it. */
export interface MarketClientOptions {
  /** Of the gateway or node: http or https. */
  url: string;
  apiKey: string;
  encoding: Encoding;
  /** Source address, where there are several. */
  localAddress: string | undefined;
  handlers: MarketClientHandlers;
}

export interface MarketClientHandlers {
  /** The namespace let the connection in. */
  onOpen(): void;
  /** It is over, or never came to be; told once. */
  onEnd(end: ConnectionEnd): void;
  onMessages(messages: readonly ReceivedMessage[], bytes: number): void;
  onMalformed(reason: string): void;
}

/**
 * `refused`: the server answered no, by HTTP status or code; `failed`: no answer came, or none that was understood;
 * `dropped`: it was open before.
 */
export interface ConnectionEnd {
  kind: 'refused' | 'failed' | 'dropped';
  /** Of the server, of the system, or a WebSocket close code. */
  code: string;
  /** When to try again, where the server said so. */
  retryAfterMs?: number;
}

/** A connection to the namespace /market. */
export interface MarketClient {
  /** @param onReply told the results; of a call that is lost with its connection nothing */
  subscribe(rooms: readonly (RoomRequest | string)[], onReply: (results: readonly GrantedRoom[]) => void): void;
  /** Ends the connection where the server fell silent. */
  checkAlive(now: number): void;
  close(): void;
}

/** A result of subscribe with its snapshot as the audit reads it. */
export interface GrantedRoom extends Pick<RoomResult, 'requested' | 'accepted' | 'code' | 'mode' | 'delaySeconds'> {
  snapshot: ReceivedMessage | undefined;
}
