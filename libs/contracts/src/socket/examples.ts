/** A worked example of a socket message, as the AsyncAPI document shows it. */
export interface SocketExample {
  /** The message of the document that it is one of. */
  message: string;
  name: string;
  summary: string;
  payload: unknown;
}

const TRACE = '7c9e2f4026ba4d7bae06542c6c75f29f';
const TICK = {
  ...{ symbol: '600519.SH', ts: 1795138389000, last: 1672.08, open: 1672.45, high: 1676.87, low: 1671.69 },
  ...{ preClose: 1670, volume: 151300, amount: 253170088, source: 'exchange', receivedTs: 1795138389020 },
  ...{ bidPrices: [1672.07], bidVolumes: [300], askPrices: [1672.09], askVolumes: [500] },
};
const tick = (seq: number, prevSeq?: number) => ({
  ...{ type: 'tick', room: 'tick:600519.SH', payload: { ...TICK, seq, epoch: 'e7' }, traceId: TRACE },
  ...{ epoch: 'e7', seq, ...(prevSeq === undefined ? {} : { prevSeq }), ts: 1795138389025 },
});
const book = { symbol: '000001.SZ', ts: 1795138390000, epoch: 'e7' };

/** A day of a client: it signs in, subscribes, falls behind, is dropped and comes back. */
export const SOCKET_EXAMPLES: readonly SocketExample[] = [
  {
    message: 'handshake',
    name: 'browser',
    summary: 'A page that asked for a ticket, and wants MessagePack',
    payload: { ticket: 'st_h3Zk9mQ2', encoding: 'msgpack' },
  },
  {
    message: 'subscribe',
    name: 'first',
    summary: 'Every tick, the newest book five times a second, and a room that there is not',
    payload: {
      rooms: ['tick:sh600519', { room: 'depth:000001.SZ', mode: 'merge', maxHz: 5 }, 'tick:999999.SH'],
    },
  },
  {
    message: 'subscribeReply',
    name: 'first',
    summary: 'Each room by itself; snapshots are where the client starts: it is at 145 of e7 in tick:600519.SH',
    payload: {
      results: [
        { requested: 'tick:sh600519', room: 'tick:600519.SH', accepted: true, mode: 'raw', snapshot: tick(145) },
        { requested: 'depth:000001.SZ', room: 'depth:000001.SZ', accepted: true, mode: 'merge', maxHz: 5 },
        {
          ...{ requested: 'tick:999999.SH', accepted: false, code: 'NOT_FOUND' },
          reason: 'unknown symbol 999999.SH',
        },
      ],
    },
  },
  {
    message: 'messages',
    name: 'chain',
    summary: 'Two ticks: 146 follows on 145, 147 on 146, so nothing is missing',
    payload: [tick(146, 145), tick(147, 146)],
  },
  {
    message: 'messages',
    name: 'book',
    summary: 'A raw book: the whole first, then what changed of it; 0 shares take a level out',
    payload: [
      {
        ...{ type: 'depth', room: 'depth:000001.SZ', traceId: TRACE, epoch: 'e7', seq: 80, ts: 1795138390010 },
        payload: {
          ...{ ...book, seq: 80, bidPrices: [13.9, 13.89], bidVolumes: [81000, 102300] },
          ...{ askPrices: [13.91], askVolumes: [50800] },
        },
      },
      {
        ...{ type: 'delta', room: 'depth:000001.SZ', traceId: TRACE, epoch: 'e7', seq: 81, prevSeq: 80 },
        ...{ ts: 1795138393010, payload: { ...book, seq: 81, bids: [[13.89, 0]], asks: [[13.91, 47000]] } },
      },
    ],
  },
  {
    message: 'messages',
    name: 'hole',
    summary: 'The node never had 148 and 149: it says so, and the chain goes on',
    payload: [
      {
        ...{ type: 'gap', room: 'tick:600519.SH', payload: { from: 148, to: 149, reason: 'not-received' } },
        ...{ traceId: TRACE, epoch: 'e7', seq: 149, prevSeq: 147, ts: 1795138399000 },
      },
      tick(150, 149),
    ],
  },
  {
    message: 'messages',
    name: 'slow',
    summary: 'The last frame of a client that fell behind: what it does not get, and why the connection ends',
    payload: [
      {
        ...{ type: 'gap', room: 'tick:600519.SH', payload: { from: 151, to: 233, reason: 'overflow' } },
        ...{ traceId: TRACE, epoch: 'e7', seq: 233, prevSeq: 150, ts: 1795138650000 },
      },
      {
        ...{ type: 'system', room: 'system', traceId: TRACE, seq: 0, ts: 1795138650000 },
        payload: { code: 'SLOW_CONSUMER', message: 'the connection fell more than 1 MB or 5 s behind' },
      },
    ],
  },
  {
    message: 'subscribe',
    name: 'resume',
    summary: 'Back again, on any node: the position of the last message that it had',
    payload: { rooms: [{ room: 'tick:600519.SH', resume: { epoch: 'e7', seq: 150 } }] },
  },
  {
    message: 'subscribeReply',
    name: 'recovered',
    summary: 'All that was missed, in order',
    payload: {
      results: [
        {
          ...{ requested: 'tick:600519.SH', room: 'tick:600519.SH', accepted: true, mode: 'raw' },
          ...{ recovered: true, missed: [tick(151, 150), tick(152, 151)] },
        },
      ],
    },
  },
  {
    message: 'subscribeReply',
    name: 'not recovered',
    summary: 'Too long ago: what lies between can be read by REST, the room goes on from the snapshot',
    payload: {
      results: [
        {
          ...{ requested: 'tick:600519.SH', room: 'tick:600519.SH', accepted: true, mode: 'raw', recovered: false },
          ...{ gap: { from: 151, to: 899, reason: 'retention' }, snapshot: tick(900) },
        },
      ],
    },
  },
  {
    message: 'messages',
    name: 'expiring',
    summary: 'A minute before the credentials expire; after it, TOKEN_EXPIRED and the end',
    payload: [
      {
        ...{ type: 'system', room: 'system', traceId: TRACE, seq: 0, ts: 1795139000000 },
        payload: { code: 'TOKEN_EXPIRING', message: 'the credentials expire in 60 s: send refresh' },
      },
    ],
  },
  {
    message: 'refresh',
    name: 'refresh',
    summary: 'The next access token of the same user, in the same connection',
    payload: { token: 'eyJhbGciOiJFZERTQSJ9...' },
  },
  { message: 'refreshReply', name: 'refreshed', summary: 'Good until then', payload: { expiresAt: 1795140800000 } },
  {
    message: 'messages',
    name: 'heartbeat',
    summary: 'Every 15 s: nothing waits for this connection, and frames leave the node 40 ms after their events',
    payload: [
      {
        ...{ type: 'heartbeat', room: 'heartbeat', payload: { queuedBytes: 0, oldestMs: 0, lagMs: 40 } },
        ...{ traceId: TRACE, seq: 0, ts: 1795138404000 },
      },
    ],
  },
];
