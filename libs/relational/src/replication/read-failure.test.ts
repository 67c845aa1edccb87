import { describe, expect, it } from '@jest/globals';
import { isReplicaLost, mayDoBetterOnPrimary } from './read-failure.ts';

const failure = (code: string) => Object.assign(new Error('trouble'), { code });

describe('a read that failed on a replica', () => {
  it.each(['ECONNRESET', '57P01', '53300', '08006'])('goes to the primary when the replica is lost (%s)', (code) => {
    expect(mayDoBetterOnPrimary(failure(code))).toBe(true);
    expect(isReplicaLost(failure(code))).toBe(true);
  });

  it.each([
    ['replay had to go first', '40001'],
    ['the table is not there yet', '42P01'],
  ])('goes to the primary when %s, of a replica that can be read on', (_, code) => {
    expect(mayDoBetterOnPrimary(failure(code))).toBe(true);
    expect(isReplicaLost(failure(code))).toBe(false);
  });

  it.each([
    ['was a write', '25006'],
    ['took too long', '57014'],
    ['was wrong', '22012'],
  ])('fails when it %s', (_, code) => {
    expect(mayDoBetterOnPrimary(failure(code))).toBe(false);
    expect(isReplicaLost(failure(code))).toBe(false);
  });
});
