import { beforeEach, describe, expect, it } from '@jest/globals';
import { Audit, type Truth, type Verdict } from './audit.ts';

const ROOM = 'tick:600519.SH';
const truthTo = (to: number): Truth => new Map([[ROOM, [{ epoch: 'e1', from: 1, to }]]]);

describe('the audit of a client', () => {
  let audit: Audit;
  beforeEach(() => {
    audit = new Audit();
  });
  const message = (seq: number, prevSeq = seq - 1, epoch = 'e1') => ({ room: ROOM, epoch, seq, prevSeq });
  const receive = (...seqs: number[]) => {
    for (const seq of seqs) audit.received(message(seq));
  };
  const judged = (to: number): Verdict => audit.verdict(truthTo(to));
  const PASSED = { lost: 0, doubled: 0, disordered: 0, invented: 0, problems: [] };

  it('passes one who received everything once and in order', () => {
    receive(1, 2, 3);
    expect(judged(3)).toEqual({ ...PASSED, owed: 3, received: 3, gapCovered: 0, conflated: 0, repeated: 0 });
  });

  it.each<[string, number[], number, string]>([
    ['in the middle', [1, 2, 5], 5, 'lost 2 of 3 to 4'],
    ['at the beginning', [3, 4, 5], 5, 'lost 2 of 1 to 2'],
    ['at the end', [1, 2, 3], 5, 'lost 2 of 4 to 5'],
  ])('finds a loss %s, though the chain would show only some', (_where, seqs, to, problem) => {
    for (const seq of seqs) audit.received(message(seq));
    expect(judged(to)).toMatchObject({ lost: 2, problems: [`${ROOM}: ${problem}`] });
  });

  it('finds a room that nothing came from', () => {
    audit.notRecovered(ROOM);
    expect(judged(3)).toMatchObject({ owed: 3, lost: 3 });
  });

  it('finds a double', () => {
    receive(1, 2, 2, 3);
    expect(judged(3)).toMatchObject({ doubled: 1, received: 3, problems: [`${ROOM}: doubled 2 behind 2`] });
  });

  it('finds a disorder', () => {
    receive(1, 3, 2);
    expect(judged(3)).toMatchObject({
      disordered: 1,
      lost: 1,
      problems: [expect.stringContaining('disordered 2'), expect.anything()],
    });
  });

  it('finds what nobody published', () => {
    receive(1, 2, 3);
    audit.received(message(1, 0, 'other'));
    expect(judged(2)).toMatchObject({ invented: 2 });
  });

  it('takes an announced gap for what it covers, and no more', () => {
    receive(1);
    audit.gap(ROOM, 'e1', { from: 2, to: 3 });
    receive(5);
    expect(judged(5)).toMatchObject({ received: 2, gapCovered: 2, lost: 1 });
  });

  it('does not wait any more for what was announced as missing', () => {
    receive(1);
    audit.gap(ROOM, 'e1', { from: 2, to: 3 });
    audit.connected();
    receive(2, 3, 4);
    expect(judged(4)).toMatchObject({ ...PASSED, received: 2, gapCovered: 2, repeated: 2 });
  });

  it('owes nothing before the first snapshot', () => {
    audit.snapshot(message(7));
    receive(8, 9);
    expect(judged(9)).toMatchObject({ ...PASSED, owed: 3, received: 3 });
  });

  it('knows a snapshot that the client had already from a double', () => {
    receive(1, 2);
    audit.connected();
    audit.snapshot(message(2));
    receive(3);
    expect(judged(3)).toMatchObject({ ...PASSED, received: 3 });
  });

  it('counts what another connection repeats, and does not take the late for received', () => {
    receive(1, 2, 5);
    audit.connected();
    receive(4, 5, 6);
    expect(judged(6)).toMatchObject({ repeated: 2, doubled: 0, lost: 2 });
  });

  it('takes a refused resumption for an announcement up to the next message', () => {
    receive(1);
    audit.notRecovered(ROOM);
    audit.snapshot(message(5));
    receive(6, 8);
    expect(judged(8)).toMatchObject({ gapCovered: 3, lost: 1 });
  });

  it('owes a new epoch from its beginning, and the rest of the old one', () => {
    const truth: Truth = new Map([
      [
        ROOM,
        [
          { epoch: 'e1', from: 1, to: 4 },
          { epoch: 'e2', from: 1, to: 3 },
        ],
      ],
    ]);
    receive(1, 2);
    const after = new Audit();
    for (const one of [audit, after]) if (one === after) one.received(message(1));
    after.gap(ROOM, undefined, {});
    for (const one of [audit, after]) {
      one.received(message(2, 1, 'e2'));
      one.received(message(3, 2, 'e2'));
    }
    expect(audit.verdict(truth)).toMatchObject({ lost: 3, gapCovered: 0 });
    expect(after.verdict(truth)).toMatchObject({ lost: 0, gapCovered: 4 });
  });

  it('takes for conflated what the chain leaves out in a merged room alone', () => {
    const merged = new Audit('merge');
    for (const one of [audit, merged]) {
      one.received(message(1));
      one.received(message(4, 1));
      one.received(message(9, 7));
    }
    expect(merged.verdict(truthTo(9))).toMatchObject({ received: 3, conflated: 2, lost: 4 });
    expect(judged(9)).toMatchObject({ received: 3, conflated: 0, lost: 6 });
  });

  it('owes a merged room from its first value on, whatever that stands for', () => {
    const merged = new Audit('merge');
    merged.received(message(7, 0));
    merged.received(message(8));
    expect(merged.verdict(truthTo(8))).toMatchObject({ ...PASSED, owed: 2, received: 2 });
  });

  it('takes the snapshot for the next value of a merged room', () => {
    const merged = new Audit('merge');
    merged.received(message(1));
    merged.connected();
    merged.snapshot(message(4));
    expect(merged.verdict(truthTo(4))).toMatchObject({ ...PASSED, received: 2, conflated: 2 });
  });

  it('tells where a client is', () => {
    expect(audit.hasReached(ROOM, 1)).toBe(false);
    receive(1, 2);
    audit.gap(ROOM, 'e1', { from: 3, to: 4 });
    expect(audit.position(ROOM)).toEqual({ epoch: 'e1', seq: 4 });
    expect([audit.hasReached(ROOM, 4), audit.hasReached(ROOM, 5)]).toEqual([true, false]);
  });
});
