import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Identity } from '@quotefleet/contracts';
import type { Request, Response } from 'express';
import type { BulkheadName } from '../routes/route.ts';
import type { Outcome } from '../upstreams/breaker.ts';
import type { Belonging } from './sticky.ts';

/** Takes the bytes of one answer while they go to the client. */
export interface AnswerCopy {
  add(chunk: Buffer): void;
  /** The answer was whole. */
  finish(): void;
}

/** Keeps answers that may stand in for later ones. */
export interface AnswerKeeper {
  /** Whether it has one that may stand in now. */
  hasAnswer(): boolean;
  /** A copy to fill, where an answer that starts so is worth keeping. */
  copyOf(status: number, headers: IncomingHttpHeaders): AnswerCopy | undefined;
}

/** One request on its way through the gateway. */
export interface Exchange {
  request: Request;
  response: Response;
  /** Longest that the whole answer may take. */
  deadlineMs: number;
  identity?: Identity | undefined;
  /** For an upstream that checks the caller by itself. */
  keepCredentials?: boolean;
  keeper?: AnswerKeeper | undefined;
  /** Errors pass as they are: another specification says how they look. */
  wordsOwnErrors?: boolean;
  /** The class of calls whose places it takes; none where absent. */
  bulkhead?: BulkheadName;
  /** Further attempts, each at another instance; only of a call that may be repeated. */
  retries: number;
  /** The instance that it belongs to. */
  belonging?: Belonging | undefined;
  /** Changes an answer on the streaming path before the client gets it; `tag` is that of the instance. */
  reshape?: ((answer: IncomingMessage, tag: string) => NodeJS.ReadableStream) | undefined;
}

/** An exchange at one instance; its deadline is what is left of the whole. */
export interface Attempt extends Exchange {
  /** The instance's. */
  tag: string;
  /**
   * Asked once when the instance answers that it is unwell: true where the client is to get something better than that,
   * another instance's answer or an earlier one.
   */
  dropsFaulty(): boolean;
}

/**
 * Passes an exchange on and the answer back; resolves when it is over. Throws what kept it from being answered, or
 * FaultyAnswerError once the client has the upstream's own word that it is unwell.
 */
export type Forward = (attempt: Attempt) => Promise<Outcome>;
