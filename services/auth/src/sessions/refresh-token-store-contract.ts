import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { RefreshTokenStore } from './refresh-token-store.ts';

const HOUR_MS = 3600 * 1000;

/** What every RefreshTokenStore does; `userId` is a user who exists. */
export function testRefreshTokenStore(store: () => RefreshTokenStore, userId: () => Promise<string>): void {
  const now = new Date();
  const later = new Date(now.getTime() + HOUR_MS);

  async function startFamily(expiresAt = later) {
    const [id, owner, tokenHash] = [randomUUID(), await userId(), randomUUID()];
    await store().startFamily({ id, familyId: id, userId: owner, tokenHash, createdAt: now, expiresAt });
    return { familyId: id, userId: owner, tokenHash };
  }
  async function rotate(presented: string, at = now) {
    const tokenHash = randomUUID();
    return { tokenHash, rotation: await store().rotate(presented, { id: randomUUID(), tokenHash, createdAt: at }) };
  }

  it('rotates a token as often as each is presented once', async () => {
    const { tokenHash, userId: owner } = await startFamily();
    const first = await rotate(tokenHash);
    expect(first.rotation).toEqual({ outcome: 'rotated', userId: owner });
    expect((await rotate(first.tokenHash)).rotation.outcome).toBe('rotated');
  });

  it('revokes the family of a token that is presented twice, and no other', async () => {
    const { tokenHash, userId: owner, familyId } = await startFamily();
    const other = await startFamily();
    const successor = await rotate(tokenHash);
    expect((await rotate(tokenHash)).rotation).toEqual({ outcome: 'reused', userId: owner, familyId });
    expect((await rotate(successor.tokenHash)).rotation.outcome).toBe('reused');
    expect((await rotate(other.tokenHash)).rotation.outcome).toBe('rotated');
  });

  it('lets one of many rotate at once, and leaves none of them a token that works', async () => {
    const { tokenHash } = await startFamily();
    const rotated = await Promise.all(Array.from({ length: 6 }, () => rotate(tokenHash)));
    const winners = rotated.filter(({ rotation }) => rotation.outcome === 'rotated');
    expect(winners).toHaveLength(1);
    for (const { tokenHash: successor } of rotated)
      expect((await rotate(successor)).rotation.outcome).not.toBe('rotated');
  });

  it('knows no token that was never issued or has expired, nor its successors', async () => {
    expect((await rotate(randomUUID())).rotation).toEqual({ outcome: 'unknown' });
    const { tokenHash } = await startFamily();
    const successor = await rotate(tokenHash);
    expect((await rotate(successor.tokenHash, later)).rotation).toEqual({ outcome: 'unknown' });
  });
}
