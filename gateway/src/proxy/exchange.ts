import type { Identity } from '@quotefleet/contracts';
import type { Request, Response } from 'express';
import type { Outcome } from './breaker.ts';

/** One request on its way through the gateway. */
export interface Exchange {
  request: Request;
  response: Response;
  /** Longest that the whole answer may take. */
  deadlineMs: number;
  identity?: Identity | undefined;
}

/**
 * Passes an exchange on and the answer back; resolves when it is over. Throws what kept it from being answered, or
 * FaultyAnswerError once the client has the upstream's own word that it is unwell.
 */
export type Forward = (exchange: Exchange) => Promise<Outcome>;
