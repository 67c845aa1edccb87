import { describe, expect, it } from '@jest/globals';
import { instrumentSchema } from '@quotefleet/contracts';
import { boardOf, parseSymbol } from '@quotefleet/domain';
import { simInstruments } from './index.ts';

const WELL_KNOWN =
  `000001 平安银行 000002 万科A 000333 美的集团 000651 格力电器 000858 五粮液 002415 海康威视 002594 比亚迪
600000 浦发银行 600009 上海机场 600016 民生银行 600028 中国石化 600030 中信证券 600036 招商银行 600050 中国联通 600104 上汽集团
600276 恒瑞医药 600309 万华化学 600519 贵州茅台 600585 海螺水泥 600690 海尔智家 600887 伊利股份 600900 长江电力 601012 隆基绿能
601088 中国神华 601166 兴业银行 601288 农业银行 601318 中国平安 601328 交通银行 601398 工商银行 601628 中国人寿 601668 中国建筑
601857 中国石油 601888 中国中免 601899 紫金矿业 603259 药明康德 603288 海天味业 688111 金山办公 688981 中芯国际`.split(
    /\s+/,
  );

describe('the simulated universe', () => {
  const instruments = simInstruments('2026-11-20');
  const bySymbol = new Map(instruments.map((each) => [each.symbol, each]));

  it('has about three hundred instruments, each once, that the contract accepts', () => {
    expect(instruments.length).toBeGreaterThan(290);
    expect(bySymbol.size).toBe(instruments.length);
    for (const each of instruments) instrumentSchema.parse(each);
  });

  it('has every board, funds, indices and names under risk warning', () => {
    const count = (of: (each: (typeof instruments)[number]) => boolean) => instruments.filter(of).length;
    for (const board of ['sse-main', 'szse-main', 'chinext', 'star', 'bse', 'etf', 'index']) {
      expect(count((each) => each.board === board)).toBeGreaterThanOrEqual(10);
    }
    expect(count(({ isSt }) => isSt)).toBeGreaterThan(4);
    for (const { symbol, board } of instruments) expect(boardOf(symbol)).toBe(board);
  });

  it('has the well known shares by their names', () => {
    for (let i = 0; i < WELL_KNOWN.length; i += 2) {
      const { symbol } = parseSymbol(WELL_KNOWN[i] ?? '');
      expect(bySymbol.get(symbol)?.name).toBe(WELL_KNOWN[i + 1]);
    }
  });

  it('shows a board only once it has opened', () => {
    const symbols = (date: string) => new Set(simInstruments(date).map(({ symbol }) => symbol));
    expect(symbols('2019-07-19').has('688981.SH')).toBe(false);
    expect(symbols('2019-07-22').has('688981.SH')).toBe(true);
    expect(symbols('2021-11-12').has('899050.BJ')).toBe(false);
  });

  it('gives the status of the session before on a day without one', () => {
    expect(simInstruments('2026-11-22')).toEqual(instruments);
  });
});
