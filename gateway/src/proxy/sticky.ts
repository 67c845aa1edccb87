import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';

/** Names the realtime node that a browser was at last. */
const NODE_COOKIE = 'qf_node';
const COOKIE = new RegExp(`(?:^|;\\s*)${NODE_COOKIE}=([0-9a-f]+)(?:;|$)`);
/** A session id as clients know it: the tag of its node, a tilde, the id that the node gave. */
const TAGGED_SID = /([?&]sid=)([0-9a-f]+)(?:~|%7E)/i;
const SID = /[?&]sid=/;
/** How an Engine.IO handshake starts. */
const HANDSHAKE = '0{"sid":"';

/** Where a client of Socket.IO belongs. */
export interface Belonging {
  tag: string;
  /** Its session is kept there and nowhere else; otherwise it was there before, and any node will do. */
  bound: boolean;
}

/** The node that a request names; undefined where it names none. */
export function belongingOf({ url = '', headers }: IncomingMessage): Belonging | undefined {
  const bound = TAGGED_SID.exec(url)?.[2];
  if (bound !== undefined) return { tag: bound, bound: true };
  const tag = COOKIE.exec(headers.cookie ?? '')?.[1];
  return tag === undefined ? undefined : { tag, bound: false };
}

/** The URL as the node knows it. */
export function withoutTag(url: string): string {
  return url.replace(TAGGED_SID, '$1');
}

/** Whether a request begins a session. */
export function isHandshake({ url = '' }: IncomingMessage): boolean {
  return !SID.test(url);
}

export function nodeCookie(tag: string): string {
  return `${NODE_COOKIE}=${tag}; Path=/socket.io/; HttpOnly; SameSite=Lax`;
}

/**
 * Marks the session id of a handshake with its node: so every gateway finds the node again, also for clients that keep
 * no cookies, and none has to remember anything.
 */
export function tagHandshake(answer: IncomingMessage, tag: string): NodeJS.ReadableStream {
  delete answer.headers['content-length'];
  answer.headers['set-cookie'] = [...(answer.headers['set-cookie'] ?? []), nodeCookie(tag)];
  let isFirst = true;
  const tagged = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const text = isFirst ? chunk.toString('latin1') : '';
      isFirst = false;
      if (!text.startsWith(HANDSHAKE)) return done(null, chunk);
      done(null, Buffer.from(`${HANDSHAKE}${tag}~${text.slice(HANDSHAKE.length)}`, 'latin1'));
    },
  });
  answer.once('error', (error) => tagged.destroy(error));
  return answer.pipe(tagged);
}
