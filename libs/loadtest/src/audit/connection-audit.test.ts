import { describe, expect, it } from '@jest/globals';
import type { ReceivedMessage } from '../connections/received-message.ts';
import { emptyTotals, isClean } from './audit-tally.ts';
import { ConnectionAudit } from './connection-audit.ts';
import { Heads } from './heads.ts';
import { RoomSet } from './room-set.ts';

const ROOM = 'tick:600519.SH';

function message(seq: number, prevSeq?: number, more: Partial<ReceivedMessage> = {}): ReceivedMessage {
  return { type: 'tick', room: ROOM, epoch: 'e', seq, prevSeq, ts: 0, ...more };
}

function gap(from: number, to: number): ReceivedMessage {
  return message(to, from - 1, { type: 'gap', gap: { reason: 'overflow', missing: to - from + 1 } });
}

function audit(messages: readonly ReceivedMessage[], { rooms = [ROOM], mode = 'raw' } = {}) {
  const totals = emptyTotals();
  const connection = new ConnectionAudit({ name: 'connection 1', rooms: new RoomSet(rooms), totals });
  for (const room of rooms) connection.granted(room, mode, undefined);
  for (const one of messages) connection.receive(one);
  return { totals, connection };
}

describe('ConnectionAudit', () => {
  it('finds nothing in a chain without holes, announced gaps among it', () => {
    const { totals } = audit([message(4), message(5, 4), gap(6, 9), message(10, 9)]);
    expect(isClean(totals)).toBe(true);
    expect(totals.gaps).toEqual({ overflow: { notices: 1, messages: 4 } });
    expect(totals.messages).toBe(4);
  });

  it('goes on from the snapshot', () => {
    const totals = emptyTotals();
    const connection = new ConnectionAudit({ name: 'c', rooms: new RoomSet([ROOM]), totals });
    connection.granted(ROOM, 'raw', message(7));
    connection.receive(message(8, 7));
    expect(isClean(totals)).toBe(true);
    connection.receive(message(10, 9));
    expect(totals.violations.hole).toBe(1);
  });

  it('counts what lies before prevSeq as lost in silence', () => {
    const { totals } = audit([message(4), message(8, 7)]);
    expect([totals.violations.hole, totals.missing]).toEqual([1, 3]);
    expect(totals.samples).toEqual([`hole: connection 1 ${ROOM} tick seq 8 prevSeq 7: was at 4`]);
  });

  it('counts a step over more than one without a gap as lost, but not where updates are merged', () => {
    const messages = [message(4), message(8, 4)];
    expect(audit(messages).totals.violations.hole).toBe(1);
    expect(isClean(audit(messages, { mode: 'merge' }).totals)).toBe(true);
    const bars = messages.map((one) => ({ ...one, type: 'bar' as const, room: 'bar:600519.SH:1m' }));
    expect(isClean(audit(bars, { rooms: ['bar:600519.SH:1m'] }).totals)).toBe(true);
  });

  it('tells doubles from disorder, and knows that states of a bar share a sequence', () => {
    expect(audit([message(4), message(4, 3)]).totals.violations).toMatchObject({ double: 1, disorder: 0 });
    expect(audit([message(4), message(3, 2)]).totals.violations).toMatchObject({ double: 0, disorder: 1 });
    const bar = { type: 'bar' as const, room: 'bar:600519.SH:1m' };
    const { totals } = audit([message(4, undefined, bar), message(4, 4, bar)], { rooms: [bar.room] });
    expect(isClean(totals)).toBe(true);
  });

  it('takes a new epoch as a new beginning, unless it begins in the middle', () => {
    const fresh = audit([message(4), message(1, undefined, { epoch: 'f' }), message(2, 1, { epoch: 'f' })]).totals;
    expect([isClean(fresh), fresh.epochChanges]).toEqual([true, 1]);
    expect(audit([message(4), message(2, 1, { epoch: 'f' })]).totals.violations.hole).toBe(1);
  });

  it('passes heartbeats and words about the connection by, and reports rooms that nobody asked for', () => {
    const { totals } = audit([
      message(0, undefined, { type: 'heartbeat', room: '' }),
      message(0, undefined, { type: 'system', room: 'system', systemCode: 'SLOW_CONSUMER' }),
      message(1, undefined, { room: 'tick:000001.SZ' }),
    ]);
    expect(totals).toMatchObject({ heartbeats: 1, messages: 1, violations: { stray: 1, hole: 0 } });
  });

  it('names the rooms in which others got further', () => {
    const { connection } = audit([message(4)]);
    expect(connection.behind(new Heads([[ROOM, 'e', 4]]))).toEqual([]);
    expect(connection.behind(new Heads([[ROOM, 'f', 9]]))).toEqual([]);
    expect(connection.behind(new Heads([[ROOM, 'e', 6]]))).toEqual([`connection 1 ${ROOM}: at 4, others at 6`]);
    const nothing = audit([]).connection;
    expect(nothing.behind(new Heads([[ROOM, 'e', 6]]))).toHaveLength(1);
  });

  it('knows the rooms that a wildcard stands for', () => {
    const wildcard = { rooms: ['bar:*:1m'] };
    const bar = { type: 'bar' as const, room: 'bar:600519.SH:1m' };
    expect(isClean(audit([message(1, undefined, bar)], wildcard).totals)).toBe(true);
    const other = { ...bar, room: 'bar:600519.SH:5m' };
    expect(audit([message(1, undefined, other)], wildcard).totals.violations.stray).toBe(1);
  });
});
