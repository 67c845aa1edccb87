import { describe, expect, it } from '@jest/globals';
import type { Socket } from 'socket.io';
import { tickOf } from '../../tests/payloads.ts';
import type { Update } from '../rooms/room-source.ts';
import { encodeUpdate } from '../rooms/update-message.ts';
import { Connection, type FlushTally } from './connection.ts';
import { Frame } from './frame.ts';
import { RoomMessage } from './room-message.ts';

const identity = { subject: 'u', client: 'k', role: 'user', scopes: ['read' as const] };
const heartbeat = { type: 'heartbeat' as const, room: 'heartbeat', payload: {}, traceId: 't', seq: 0, ts: 1 };
const newTally = (): FlushTally => ({ root: new Frame(), frames: 0, messages: 0 });

/** A transport that takes nothing while it is busy, and what it took. */
function fakeSocket(name = 'polling') {
  const tcp = { writable: true, writableLength: 0, write: () => true };
  const transport = { name, writable: true, ...(name === 'websocket' ? { socket: { _socket: tcp } } : {}) };
  const sent: { seq: number; prevSeq?: number }[][] = [];
  const write = (packet: string) => {
    if (name === 'polling') sent.push(JSON.parse(packet.slice(packet.indexOf('[')))[1]);
  };
  const socket = {
    id: 's',
    conn: { transport, writeBuffer: [], write, close: () => undefined },
    disconnect: () => undefined,
  };
  return { socket: socket as unknown as Socket, transport, sent };
}

function update(seq: number, prevSeq: number | undefined, symbol = '600519.SH'): Update {
  const room = { kind: 'tick' as const, symbol, name: `tick:${symbol}` };
  return { room, type: 'tick', payload: tickOf(symbol, seq), traceId: 't', ts: 1, epoch: 'e1', seq, prevSeq };
}

describe('Connection', () => {
  it('waits for a busy transport, and keeps of merged rooms the newest alone', () => {
    const { socket, transport, sent } = fakeSocket();
    const connection = new Connection(socket, { identity, encoding: 'json', address: '127.0.0.1' });
    transport.writable = false;
    connection.add(encodeUpdate(update(1, undefined)), newTally());
    expect(connection.flush(0, newTally())).toBe('blocked');
    expect(connection.isBehind).toBe(true);
    expect(connection.hold(update(7, 4, '000001.SZ'))).toBe(false);
    expect(connection.hold(update(9, 7, '000001.SZ'))).toBe(true);
    expect(connection.flush(100, newTally())).toBe('blocked');
    expect(connection.oldestAge(100)).toBe(100);
    transport.writable = true;
    expect(connection.flush(200, newTally())).toBe('sent');
    expect(sent.flat().map(({ seq, prevSeq }) => [seq, prevSeq])).toEqual([
      [1, undefined],
      [9, 4],
    ]);
    expect([connection.isBehind, connection.queueSize, connection.oldestAge(300)]).toEqual([false, 0, 0]);
  });

  it('is slow when the oldest has waited for five seconds, whether it is with the transport or not', () => {
    const { socket, transport } = fakeSocket('websocket');
    const connection = new Connection(socket, { identity, encoding: 'json', address: '127.0.0.1' });
    connection.add(encodeUpdate(update(1, undefined)), newTally());
    expect(connection.flush(0, newTally())).toBe('sent');
    transport.writable = false;
    connection.add(encodeUpdate(update(2, 1)), newTally());
    expect(connection.flush(900, newTally())).toBe('blocked');
    expect(connection.flush(5000, newTally())).toBe('blocked');
    expect(connection.flush(5001, newTally())).toBe('slow');
  });

  it.each(['websocket', 'polling'])('is not slow by what it was sent long before its %s was busy', (name) => {
    const { socket, transport } = fakeSocket(name);
    const connection = new Connection(socket, { identity, encoding: 'json', address: '127.0.0.1' });
    connection.add(encodeUpdate(update(1, undefined)), newTally());
    expect(connection.flush(0, newTally())).toBe('sent');
    transport.writable = false;
    connection.add(encodeUpdate(update(2, 1)), newTally());
    expect(connection.flush(60_000, newTally())).toBe('blocked');
    expect(connection.flush(65_001, newTally())).toBe('slow');
  });

  it('is slow when a megabyte waits', () => {
    const { socket, transport } = fakeSocket();
    transport.writable = false;
    const connection = new Connection(socket, { identity, encoding: 'json', address: '127.0.0.1' });
    const size = encodeUpdate(update(1, undefined)).bytes.length;
    for (let seq = 1; seq <= 500_000 / size; seq++) connection.add(encodeUpdate(update(seq, seq - 1)), newTally());
    expect(connection.flush(0, newTally())).toBe('blocked');
    for (let seq = 1; seq <= 600_000 / size; seq++) connection.add(encodeUpdate(update(seq, seq - 1)), newTally());
    expect(connection.flush(1, newTally())).toBe('slow');
  });

  it('names what it did not send, room by room', () => {
    const { socket, transport } = fakeSocket();
    const connection = new Connection(socket, { identity, encoding: 'json', address: '127.0.0.1' });
    transport.writable = false;
    connection.add(encodeUpdate(update(3, 2)), newTally());
    connection.flush(0, newTally());
    connection.add(encodeUpdate(update(4, 3)), newTally());
    connection.add(encodeUpdate(update(8, undefined, '000001.SZ')), newTally());
    expect(connection.unsent()).toMatchObject([
      {
        type: 'gap',
        room: 'tick:600519.SH',
        epoch: 'e1',
        seq: 4,
        prevSeq: 2,
        payload: { from: 3, to: 4, reason: 'overflow' },
      },
      { type: 'gap', room: 'tick:000001.SZ', seq: 8, prevSeq: 7, payload: { from: 8, to: 8, reason: 'overflow' } },
    ]);
  });

  it('names no gap for what has no sequence, and one of a bar that repeats its own', () => {
    const { socket, transport } = fakeSocket();
    const connection = new Connection(socket, { identity, encoding: 'json', address: '127.0.0.1' });
    transport.writable = false;
    connection.add(RoomMessage.of(heartbeat), newTally());
    connection.add(encodeUpdate(update(5, 5)), newTally());
    expect(connection.unsent()).toMatchObject([
      { room: 'tick:600519.SH', seq: 5, prevSeq: 4, payload: { from: 5, to: 5, reason: 'overflow' } },
    ]);
  });
});
