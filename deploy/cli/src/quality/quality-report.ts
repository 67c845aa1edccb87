/** The bars of one symbol and day, against the calendar. */
export interface SymbolDay {
  symbol: string;
  date: string;
  expected: number;
  found: number;
  /** Of 1. */
  completeness: number;
  findings: number;
}

export interface QualityReport {
  period: string;
  symbols: number;
  symbolDays: number;
  expected: number;
  found: number;
  /** Of 1, of all rows that are expected. */
  completeness: number;
  findings: number;
  /** Symbol-days that lack rows, the worst first. */
  incomplete: SymbolDay[];
  failures: { symbol: string; error: string }[];
}

/** Symbol-days a person is shown; `--json` has all. */
const LINES_MAX = 20;

export function toReport(
  period: string,
  checked: readonly { symbol: string; days: readonly SymbolDay[] }[],
  failures: QualityReport['failures'],
): QualityReport {
  const days = checked.flatMap((symbol) => symbol.days);
  const sum = (field: 'expected' | 'found' | 'findings') => days.reduce((total, day) => total + day[field], 0);
  // What is there beyond what is expected makes up for nothing that lacks elsewhere.
  const counted = days.reduce((total, { expected, found }) => total + Math.min(expected, found), 0);
  const expected = sum('expected');
  return {
    period,
    symbols: checked.length,
    symbolDays: days.length,
    expected,
    found: sum('found'),
    completeness: expected === 0 ? 1 : counted / expected,
    findings: sum('findings'),
    incomplete: days.filter((day) => day.found < day.expected).sort(byCompleteness),
    failures,
  };
}

/** 0 every row is there, 2 rows lack, 1 a symbol could not be checked. */
export function exitCodeOf({ incomplete, failures }: QualityReport): number {
  if (failures.length > 0) return 1;
  return incomplete.length > 0 ? 2 : 0;
}

export function reportLines(report: QualityReport): string[] {
  const { symbols, symbolDays, expected, found, completeness, incomplete, findings, failures, period } = report;
  const shown = incomplete.slice(0, LINES_MAX);
  const hidden = incomplete.length - shown.length;
  return [
    ...(shown.length > 0 ? ['symbol      date        expected     found  complete  findings'] : []),
    ...shown.map(dayLine),
    ...(hidden > 0 ? [`and ${count(hidden)} more (--json lists them)`] : []),
    ...failures.map(({ symbol, error }) => `failed      ${symbol}: ${error}`),
    `${count(symbols)} symbols, ${count(symbolDays)} symbol-days of ${period}: ${count(found)} of ${count(expected)} rows, ${percent(completeness)} complete.`,
    `${count(incomplete.length)} symbol-days lack rows, ${count(findings)} findings.`,
  ];
}

function dayLine({ symbol, date, expected, found, completeness, findings }: SymbolDay): string {
  const figures = [count(expected).padStart(8), count(found).padStart(9), percent(completeness).padStart(9)];
  return `${symbol.padEnd(11)} ${date}  ${figures.join(' ')} ${count(findings).padStart(9)}`;
}

function byCompleteness(a: SymbolDay, b: SymbolDay): number {
  return a.completeness - b.completeness || compare(a.symbol, b.symbol) || compare(a.date, b.date);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Never 100 % where something lacks. */
function percent(ratio: number): string {
  return `${(Math.floor(ratio * 100_000) / 1000).toFixed(3)} %`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
