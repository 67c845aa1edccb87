import { describe, expect, it } from '@jest/globals';
import { Roster } from './roster.ts';

describe('Roster', () => {
  it('knows a node until it says goodbye, or has been silent for ten minutes', () => {
    let now = 0;
    const roster = new Roster(() => now);
    for (const node of ['a', 'b', 'c']) roster.heard({ node, host: 'h' });
    roster.remove('a');
    now = 500_000;
    roster.heard({ node: 'c', host: 'h' });
    expect(roster.names()).toEqual(['b', 'c']);
    expect(roster.lively()).toEqual(['c']);
    now = 700_000;
    expect(roster.names()).toEqual(['c']);
    expect(roster.among(new Set(['b', 'c']))).toEqual([{ node: 'c', host: 'h', lastHeardAt: 500_000 }]);
  });
});
