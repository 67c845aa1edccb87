import { formatShanghai } from '@quotefleet/domain';

/** The end of every v1 envelope: what belongs to one request and not to the answer. */
const TAIL = /"traceId":"[^"\\]{0,100}","timestamp":"[^"\\]{20,40}"\}$/;
const TAIL_BYTES_MAX = 220;

/** The bytes of an envelope up to its trace id; undefined where it does not end as envelopes do. */
export function cutEnvelope(body: Buffer): Buffer | undefined {
  const start = Math.max(0, body.length - TAIL_BYTES_MAX);
  const match = TAIL.exec(body.toString('latin1', start));
  return match ? body.subarray(0, start + match.index) : undefined;
}

/** The trace id and time with which a cut envelope becomes the answer to this request. */
export function envelopeTail(traceId: string): string {
  return `"traceId":"${traceId}","timestamp":"${formatShanghai(Date.now())}"}`;
}
