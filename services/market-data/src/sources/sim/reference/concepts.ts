import type { TradeDate } from '@quotefleet/domain';
import { stream, uniform } from '../random.ts';
import { STOCKS } from '../universe.ts';
import { addDays, later, type ReferenceRow, type ReferenceWindow } from './reference-rows.ts';

interface Concept {
  code: string;
  name: string;
  /** When the theme came up. */
  since: TradeDate;
  /** Sectors of which most stocks belong, and codes of stocks that do. */
  takes: readonly string[];
  description: string;
}

/** Code, name, since when, sectors and stocks; after the colon what it is about. */
const CONCEPT_TABLE = `
C01 人工智能 2019-08-30 software 688256 688041 300308 300502 601138: Models and what they run on
C02 芯片国产化 2019-07-22 semiconductor 688981: Chips made and designed at home
C03 新能源汽车 2016-01-04 battery 002594 601127 600104 000625 601633 601238: Electric cars and their parts
C04 光伏 2016-01-04 solar: Solar cells, modules and plants
C05 储能 2021-07-26 300750 300274 300014 002074 688599 601012 600406 601877: Storage of electric energy
C06 机器人 2022-10-10 300124 002050 601689 688188 688169 603486 300450 601100: Robots and their parts
C07 华为概念 2019-05-20 601127 002230 000063 600536 002049 300496 301236 002241 600584: Suppliers and partners of Huawei
C08 消费电子 2017-09-13 electronics: Telephones and what is worn
C09 创新药 2018-01-02 600276 688235 688506 600196 002422 300347 603259 002821 000963: New medicines
C10 中特估 2022-11-22 601857 600028 600938 601088 601668 601390 601186 601800 600050 601728 600941: Large state enterprises
C11 高股息 2020-01-02 bank coal power: Shares bought for their dividends
C12 低空经济 2024-01-02 000768 600760 600893 300750 002179 688122: Flight below a thousand metres
C13 黄金 2016-01-04 600547 600489 601899 600362: Gold mines
C14 信创 2020-09-01 600536 600588 688111 603019 000977 000938 688047 688561 688041: Software and computers for offices of state
C15 算力 2023-02-01 communication 000977 603019 000938 601138 920493: Data centres and their networks
`;
const CONCEPTS = CONCEPT_TABLE.trim().split('\n').map(parseLine);

const SECTOR_SHARE = 0.85;
const JOIN_DAYS_MAX = 500;
const LEAVE_CHANCE = 0.06;

export function conceptRows(to: TradeDate): ReferenceRow[] {
  return CONCEPTS.filter(({ since }) => since <= to).map(({ code, name, description }) => ({
    code,
    name,
    description,
  }));
}

export function conceptMemberRows({ seed, to }: ReferenceWindow): ReferenceRow[] {
  return CONCEPTS.flatMap((concept) => membersOf(seed, concept, to));
}

function membersOf(seed: number, { code, since, takes }: Concept, to: TradeDate): ReferenceRow[] {
  const rows: ReferenceRow[] = [];
  for (const stock of STOCKS) {
    const isNamed = takes.includes(stock.symbol.slice(0, 6));
    if (!isNamed && !takes.includes(stock.sector)) continue;
    const rng = stream(seed, `concept ${code} ${stock.symbol}`);
    if (uniform(rng) > SECTOR_SHARE && !isNamed) continue;
    // Half of the members are there from the start.
    const delay = Math.max(0, Math.floor((2 * uniform(rng) - 1) * JOIN_DAYS_MAX));
    const inDate = addDays(later(since, stock.since), delay);
    const outDate = addDays(inDate, 200 + Math.floor(1000 * uniform(rng)));
    const leaves = uniform(rng) < LEAVE_CHANCE && outDate <= to;
    if (inDate <= to) rows.push({ code, symbol: stock.symbol, inDate, ...(leaves ? { outDate } : {}) });
  }
  return rows;
}

function parseLine(line: string): Concept {
  const [head = '', description = ''] = line.split(': ');
  const [code = '', name = '', since = '', ...takes] = head.split(' ');
  return { code, name, since, takes, description };
}
