import { describe, expect, it } from '@jest/globals';
import { ReadSession } from './read-session.ts';

describe('a read session', () => {
  it('awaits nothing before its first write', () => {
    const session = new ReadSession();
    expect([session.position, session.awaited, session.isUnknown]).toEqual([undefined, undefined, false]);
  });

  it('keeps the latest of its positions', () => {
    const session = new ReadSession();
    for (const position of ['16/B374D848', '16/B374D000', '9/FFFFFFFF']) session.advance(position);
    expect(session.position).toBe('16/B374D848');
    expect(session.awaited).toBe(0x16_b374_d848n);
  });

  it('goes on in another process from its text', () => {
    expect(new ReadSession('16/B374D848').awaited).toBe(0x16_b374_d848n);
    const lost = new ReadSession();
    lost.loseTrack();
    expect(new ReadSession(lost.position).isUnknown).toBe(true);
  });

  it('knows where it is again after a write that succeeded', () => {
    const session = new ReadSession('unknown');
    session.advance('0/5');
    expect([session.position, session.isUnknown]).toEqual(['0/5', false]);
  });

  it.each(['', '5', '1/2/3', 'x/y', '123456789/0', "0/0'; DROP"])('refuses %p', (text) => {
    expect(() => new ReadSession(text)).toThrow('expected a WAL position such as 16/B374D848');
  });
});
