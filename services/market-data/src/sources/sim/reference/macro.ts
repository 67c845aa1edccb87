import type { TradeDate } from '@quotefleet/domain';
import { normal, stream } from '../random.ts';
import { loanRateRows } from './loan-rates.ts';
import { type ReferenceRow, type ReferenceWindow, rounded, SOURCE, yearOf } from './reference-rows.ts';

/** Months count from the start of year 0, so that they can be added to. */
type Month = number;
type Series = (seed: number, month: Month) => ReferenceRow;

const QUARTER_SHARES = [0.22, 0.238, 0.246, 0.296];
const GDP_2024 = 1_349_084;
const MONEY_2024 = { m2: 3_135_322, m1: 670_959, m0: 128_194 };
const MONEY_GROWTH = { m2: 0.075, m1: 0.035, m0: 0.09 };
/** Series of every so many months, with the day of the month after on which they come out; 0 is the last day before it. */
const SERIES: Record<string, { day: number; months: 1 | 3; series: Series }> = {
  macro_gdp: { day: 17, months: 3, series: output },
  macro_cpi: { day: 9, months: 1, series: (seed, month) => prices(seed, month, 'cpi') },
  macro_ppi: { day: 9, months: 1, series: (seed, month) => prices(seed, month, 'ppi') },
  macro_pmi: { day: 0, months: 1, series: purchasing },
  macro_m2: { day: 13, months: 1, series: money },
};

/** The figures published in a range of dates, by table. */
export function macroRows({ seed, from, to }: ReferenceWindow): Map<string, ReferenceRow[]> {
  const published = (date: TradeDate) => date >= from && date <= to;
  const months = Array.from({ length: (yearOf(to) - yearOf(from) + 2) * 12 }, (_, i) => yearOf(from) * 12 - 12 + i);
  const tables = new Map<string, ReferenceRow[]>();
  for (const [table, { day, months: step, series }] of Object.entries(SERIES)) {
    const rows = months
      .filter((month) => (month + 1) % step === 0 && published(dayOf(month + 1, day)))
      .map((month) => ({
        period: step === 1 ? dayOf(month, 1).slice(0, 7) : quarterOf(month),
        publishDate: dayOf(month + 1, day),
        ...series(seed, month),
        source: SOURCE,
      }));
    tables.set(table, rows);
  }
  tables.set('macro_lpr', loanRateRows(from, to));
  return tables;
}

/** A year's change is that of its twelve months. */
function prices(seed: number, month: Month, name: 'cpi' | 'ppi'): ReferenceRow {
  const [mean, noise] = name === 'cpi' ? [0.05, 0.25] : [-0.1, 0.3];
  const momOf = (at: Month) => rounded(mean + noise * draw(seed, `${name} ${at}`), 1);
  const yoyOf = (at: Month) => {
    let level = 1;
    for (let back = 0; back < 12; back++) level *= 1 + momOf(at - back) / 100;
    return rounded(100 * (level - 1), 1);
  };
  const yoys = Array.from({ length: (month % 12) + 1 }, (_, i) => yoyOf(month - i));
  const yoy = yoyOf(month);
  return {
    [name]: rounded(100 + yoy, 1),
    [`${name}Yoy`]: yoy,
    [`${name}Mom`]: momOf(month),
    [`${name}Accumulated`]: rounded(100 + yoys.reduce((sum, each) => sum + each, 0) / yoys.length, 1),
  };
}

function purchasing(seed: number, month: Month): ReferenceRow {
  const manufacturing = rounded(49.9 + 0.5 * draw(seed, `pmi ${month}`), 1);
  const nonManufacturing = rounded(50.9 + 0.6 * draw(seed, `services ${month}`), 1);
  return { manufacturing, nonManufacturing, composite: rounded(0.35 * manufacturing + 0.65 * nonManufacturing, 1) };
}

function money(seed: number, month: Month): ReferenceRow {
  const row: ReferenceRow = {};
  for (const name of ['m2', 'm1', 'm0'] as const) {
    const levelAt = (at: Month) => {
      const years = (at - (2024 * 12 + 11)) / 12;
      return rounded(
        MONEY_2024[name] * (1 + MONEY_GROWTH[name]) ** years * (1 + 0.002 * draw(seed, `${name} ${at}`)),
        2,
      );
    };
    row[name] = levelAt(month);
    row[`${name}Yoy`] = rounded(100 * (levelAt(month) / levelAt(month - 12) - 1), 1);
  }
  return row;
}

/** Of the year so far; real growth is a little off the nominal one. */
function output(seed: number, month: Month): ReferenceRow {
  const year = Math.floor(month / 12);
  const quarter = Math.floor((month % 12) / 3);
  const share = QUARTER_SHARES.slice(0, quarter + 1).reduce((sum, each) => sum + each, 0);
  const gdp = rounded(GDP_2024 * 1.045 ** (year - 2024) * share, 1);
  const primary = rounded(gdp * (0.04 + 0.009 * quarter), 1);
  const secondary = rounded(gdp * 0.365, 1);
  const yoy = (name: string, mean: number) => rounded(mean + 0.15 * draw(seed, `${name} ${month}`), 1);
  return {
    gdp,
    gdpYoy: yoy('gdp', 5),
    primary,
    primaryYoy: yoy('primary', 3.7),
    secondary,
    secondaryYoy: yoy('secondary', 5.1),
    tertiary: rounded(gdp - primary - secondary, 1),
    tertiaryYoy: yoy('tertiary', 5.2),
  };
}

function draw(seed: number, key: string): number {
  return normal(stream(seed, `macro ${key}`));
}

/** A day of a month; day 0 is the last one of the month before. */
function dayOf(month: Month, day: number): TradeDate {
  return new Date(Date.UTC(Math.floor(month / 12), month % 12, day)).toISOString().slice(0, 10);
}

function quarterOf(month: Month): string {
  return `${Math.floor(month / 12)}Q${Math.floor((month % 12) / 3) + 1}`;
}
