import { describe, expect, it } from '@jest/globals';
import { createLogger, createMetrics } from '@quotefleet/service-kit';
import type { Socket } from 'socket.io';
import { tickOf } from '../../tests/payloads.ts';
import { Connection } from '../connections/connection.ts';
import { RealtimeEvents } from '../events.ts';
import { RoomHub } from './room-hub.ts';
import { parseRoom } from './room-name.ts';

const events = new RealtimeEvents(createLogger({ service: 'test', level: 'silent' }), createMetrics('test'), {
  refused: () => undefined,
} as never);
const identity = { subject: 'u', client: 'k', role: 'user', scopes: ['read' as const] };

describe('RoomHub', () => {
  it.each([
    [true, ['system']],
    [false, ['gap', 'system']],
  ])('tells who is ended what it does not get, unless it may return and resume: %s', (mayReturn, types) => {
    const sent: { type: string }[][] = [];
    const write = (packet: string) => void sent.push(JSON.parse(packet.slice(packet.indexOf('[')))[1]);
    const conn = { transport: { name: 'polling', writable: false }, writeBuffer: [], write, close: () => undefined };
    const socket = { id: 's', conn, disconnect: () => undefined } as unknown as Socket;
    const connection = new Connection(socket, { identity, encoding: 'json', address: '127.0.0.1' });
    const hub = new RoomHub(events);
    const room = parseRoom('tick:600519.SH');
    hub.add(connection);
    hub.join(connection, room, { mode: 'raw', intervalMs: 0, delaySeconds: 0 });
    const place = { traceId: 't', ts: 1, epoch: 'e1', seq: 2, prevSeq: 1 };
    hub.publish({ room, type: 'tick', payload: tickOf('600519.SH', 2), ...place });
    hub.flush();
    expect(sent).toEqual([]);
    hub.close(connection, { code: 'SERVER_STOPPING', message: 'it stops' }, { mayReturn });
    expect(sent.flat().map(({ type }) => type)).toEqual(types);
  });
});
