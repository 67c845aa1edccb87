import { describe, expect, it } from '@jest/globals';
import { boardOf } from './board.ts';
import { formerSymbol, resolveAlias } from './bse-codes.ts';

describe('resolveAlias', () => {
  it.each([
    ['430047.BJ', undefined, '920047.BJ', 'the last three digits stay'],
    ['835185.BJ', undefined, '920185.BJ', 'the last three digits stay'],
    ['837023.BJ', undefined, '920123.BJ', '023 belongs to 832023, which was listed earlier'],
    ['832023.BJ', undefined, '920023.BJ', 'listed earlier than 837023'],
    ['833171.BJ', undefined, '920571.BJ', '171, 271, 371 and 471 were taken'],
    ['836961.BJ', undefined, '920061.BJ', 'after 961 comes 061'],
    ['920047.BJ', undefined, '920047.BJ', "today's symbol already"],
    ['920047.BJ', '2025-09-30', '430047.BJ', 'the last day under the old code'],
    ['430047.BJ', '2025-09-30', '430047.BJ', 'the last day under the old code'],
    ['430047.BJ', '2025-10-09', '920047.BJ', 'the first day under the new one'],
    ['830799.BJ', '2025-04-30', '830799.BJ', 'one of the six that went ahead'],
    ['830799.BJ', '2025-05-06', '920799.BJ', 'one of the six that went ahead'],
    ['920002.BJ', '2024-06-03', '920002.BJ', 'listed under 920 from the start'],
    ['832317.BJ', undefined, '832317.BJ', 'left the exchange before the change'],
    ['600519.SH', '2024-06-03', '600519.SH', 'no company of Beijing'],
  ])('of %s on %s is %s: %s', (symbol, date, resolved, _why) => {
    expect(resolveAlias(symbol, date)).toBe(resolved);
  });

  it('lets the aliases of the caller come first', () => {
    const aliases = new Map([
      ['000022.SZ', '001872.SZ'],
      ['430047.BJ', '920999.BJ'],
    ]);
    expect(resolveAlias('000022.SZ', undefined, aliases)).toBe('001872.SZ');
    expect(resolveAlias('430047.BJ', '2026-01-05', aliases)).toBe('920999.BJ');
    expect(resolveAlias('600519.SH', undefined, aliases)).toBe('600519.SH');
  });
});

describe('formerSymbol', () => {
  it('is the way back for each of the 248 companies that changed, and each new code has one company', () => {
    const codes = Array.from({ length: 1000 }, (_, end) => `920${String(end).padStart(3, '0')}.BJ`);
    const changed = codes.flatMap((current) => {
      const former = formerSymbol(current);
      return former ? [{ current, ...former }] : [];
    });
    expect(changed).toHaveLength(248);
    expect(new Set(changed.map(({ symbol }) => symbol)).size).toBe(248);
    for (const { current, symbol } of changed) {
      expect(resolveAlias(symbol)).toBe(current);
      expect(boardOf(symbol)).toBe('bse');
      expect(current.slice(4, 6)).toBe(symbol.slice(4, 6));
    }
    expect(changed.filter(({ until }) => until === '2025-05-06')).toHaveLength(6);
  });
});
