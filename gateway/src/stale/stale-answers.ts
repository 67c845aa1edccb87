import type { IncomingHttpHeaders } from 'node:http';
import type { Request, Response } from 'express';
import { LRUCache } from 'lru-cache';
import type { AnswerKeeper } from '../proxy/exchange.ts';

/** What all kept answers may take together, and one of them. */
const BYTES_MAX = 64 * 1024 * 1024;
const ANSWER_BYTES_MAX = 256 * 1024;
/** What an entry takes besides its body and key. */
const ENTRY_BYTES = 300;
/** A younger copy is not replaced: one answer in a while costs the hot path nothing. */
const REFRESH_MS = 1000;

const JSON_TYPE = /^application\/json\b/;
/** How an envelope of v1 starts; its message then says that it is an old one. */
const FRESH_HEAD = Buffer.from('{"success":true,"code":"OK","message":"ok",');
const STALE_HEAD = Buffer.from('{"success":true,"code":"OK","message":"stale",');

interface KeptAnswer {
  contentType: string;
  body: Buffer;
  /** By performance.now(). */
  at: number;
}

/** What may stand in for one request's answer. */
export interface StandIn extends AnswerKeeper {
  /** Answers with what is kept; false where nothing is. */
  serve(response: Response): boolean;
}

/** The last good answers, for the time in which their upstream cannot give new ones. */
export interface StaleAnswers {
  /** `role`: the same question may be answered differently to another. */
  standInFor(request: Request, role: string, staleSeconds: number): StandIn;
  /** For when it has changed what a role may see. */
  clear(): void;
}

export function createStaleAnswers(): StaleAnswers {
  const kept = new LRUCache<string, KeptAnswer>({
    maxSize: BYTES_MAX,
    maxEntrySize: ANSWER_BYTES_MAX,
    sizeCalculation: ({ body }, key) => body.length + key.length + ENTRY_BYTES,
  });

  return {
    clear: () => kept.clear(),
    standInFor(request, role, staleSeconds) {
      const key = `${role} ${request.originalUrl}`;
      const ageMsOf = ({ at }: KeptAnswer) => performance.now() - at;
      const find = () => {
        const answer = kept.get(key);
        return answer && ageMsOf(answer) <= staleSeconds * 1000 ? answer : undefined;
      };
      return {
        hasAnswer: () => find() !== undefined,
        copyOf(status, headers) {
          const contentType = headers['content-type'];
          if (contentType === undefined || !isWorthKeeping(request, status, headers)) return undefined;
          const known = kept.peek(key);
          if (known && ageMsOf(known) < REFRESH_MS) return undefined;
          return copyInto((body) => kept.set(key, { contentType, body, at: performance.now() }));
        },
        serve(response) {
          const answer = find();
          if (!answer || response.headersSent) return false;
          response.setHeader('Content-Type', answer.contentType);
          response.setHeader('X-QF-Stale', '1');
          response.setHeader('Age', String(Math.round(ageMsOf(answer) / 1000)));
          response.setHeader('Warning', '110 - "Response is Stale"');
          response.setHeader('Cache-Control', 'no-store');
          response.status(200).end(markedStale(answer.body));
          return true;
        },
      };
    },
  };
}

function isWorthKeeping({ method }: Request, status: number, headers: IncomingHttpHeaders): boolean {
  return (
    method === 'GET' &&
    status === 200 &&
    JSON_TYPE.test(headers['content-type'] ?? '') &&
    headers['content-encoding'] === undefined &&
    headers['set-cookie'] === undefined &&
    !(Number(headers['content-length'] ?? 0) > ANSWER_BYTES_MAX)
  );
}

/** Gathers an answer, and lets go of one that grows too long. */
function copyInto(keep: (body: Buffer) => void) {
  let chunks: Buffer[] = [];
  let bytes = 0;
  return {
    add(chunk: Buffer) {
      bytes += chunk.length;
      if (bytes > ANSWER_BYTES_MAX) chunks = [];
      else chunks.push(chunk);
    },
    finish() {
      // Of its own memory: a chunk may be a small view of a large block.
      if (bytes <= ANSWER_BYTES_MAX) keep(Buffer.concat(chunks));
    },
  };
}

function markedStale(body: Buffer): Buffer {
  const isEnvelope = body.subarray(0, FRESH_HEAD.length).equals(FRESH_HEAD);
  return isEnvelope ? Buffer.concat([STALE_HEAD, body.subarray(FRESH_HEAD.length)]) : body;
}
