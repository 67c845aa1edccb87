import { describe, expect, it, jest } from '@jest/globals';
import { type AccessToken, TokenSource } from './credentials.ts';

function sourceOf(...given: (AccessToken | string | Error)[]) {
  const reasons: string[] = [];
  const source = new TokenSource(async (reason) => {
    reasons.push(reason);
    const next = given.shift() ?? 'none left';
    if (next instanceof Error) throw next;
    return next;
  });
  return { source, reasons };
}

describe('TokenSource', () => {
  it('asks for a token once and keeps it', async () => {
    const { source, reasons } = sourceOf('a');
    expect(await Promise.all([source.current(), source.current()])).toEqual(['a', 'a']);
    expect([await source.current(), reasons]).toEqual(['a', ['first']]);
  });

  it('asks for another before the present one ends', async () => {
    const { source, reasons } = sourceOf({ token: 'a', expiresAt: Date.now() + 20_000 }, 'b');
    expect(await source.current()).toBe('a');
    expect([await source.current(), reasons]).toEqual(['b', ['first', 'expiring']]);
  });

  it('renews a token once for all that found it refused', async () => {
    const { source, reasons } = sourceOf('a', 'b', 'c');
    const used = await source.current();
    expect(await Promise.all([source.renew(used, 'refused'), source.renew(used, 'refused')])).toEqual(['b', 'b']);
    expect([await source.renew(used, 'refused'), reasons]).toEqual(['b', ['first', 'refused']]);
  });

  it('says that a token of its own cannot be renewed', async () => {
    const source = new TokenSource('fixed');
    expect([await source.current(), source.canRenew]).toEqual(['fixed', false]);
    await expect(source.renew('fixed', 'refused')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('hands on what the provider throws, and asks it again', async () => {
    const { source } = sourceOf(new Error('offline'), 'a');
    await expect(source.current()).rejects.toMatchObject({ code: 'UNAVAILABLE', cause: new Error('offline') });
    expect(await source.current()).toBe('a');
  });

  it('does not wait for ever for a provider that does not answer, and asks it again', async () => {
    jest.useFakeTimers();
    const answers: (Promise<string> | string)[] = [new Promise<string>(() => undefined), 'a'];
    const source = new TokenSource(async () => answers.shift() ?? '');
    const refused = expect(source.current()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await jest.advanceTimersByTimeAsync(30_000);
    await refused;
    expect(await source.current()).toBe('a');
    jest.useRealTimers();
  });
});
