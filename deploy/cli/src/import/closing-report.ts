import type { ImportReport } from '@quotefleet/contracts';

/** What became of one file: its report, or why it failed. */
export type FileOutcome = { file: string; report: ImportReport } | { file: string; error: string };

export interface ClosingReport {
  files: number;
  failedFiles: number;
  rows: number;
  accepted: number;
  amended: number;
  unchanged: number;
  quarantined: number;
  seconds: number;
  rowsPerSecond: number;
  quarantine: { file: string; line: number; reason: string }[];
  failures: { file: string; error: string }[];
}

/** Lines of quarantine a person is shown; `--json` has all that the fleet named. */
const QUARANTINE_LINES_MAX = 20;

export function closeReport(outcomes: readonly FileOutcome[], elapsedMs: number): ClosingReport {
  const reports = outcomes.flatMap((outcome) => ('report' in outcome ? [outcome] : []));
  const failures = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome] : []));
  const sum = (field: 'rows' | 'accepted' | 'amended' | 'unchanged' | 'quarantined') =>
    reports.reduce((total, { report }) => total + report[field], 0);
  const seconds = elapsedMs / 1000;
  return {
    files: reports.length,
    failedFiles: failures.length,
    rows: sum('rows'),
    accepted: sum('accepted'),
    amended: sum('amended'),
    unchanged: sum('unchanged'),
    quarantined: sum('quarantined'),
    seconds: Math.round(seconds * 1000) / 1000,
    rowsPerSecond: Math.round(sum('rows') / Math.max(seconds, 0.001)),
    quarantine: reports.flatMap(({ file, report }) => report.quarantine.map((row) => ({ file, ...row }))),
    failures,
  };
}

/** 0 every row is stored, 2 rows were quarantined, 1 a file failed. */
export function exitCodeOf(report: ClosingReport): number {
  if (report.failedFiles > 0) return 1;
  return report.quarantined > 0 ? 2 : 0;
}

export function reportLines(report: ClosingReport): string[] {
  const shown = report.quarantine.slice(0, QUARANTINE_LINES_MAX);
  const hidden = report.quarantined - shown.length;
  const count = (value: number) => value.toLocaleString('en');
  return [
    `Loaded ${count(report.rows)} rows of ${count(report.files)} files in ${report.seconds.toFixed(1)} s (${count(report.rowsPerSecond)} rows/s).`,
    `  accepted     ${count(report.accepted)}`,
    `  amended      ${count(report.amended)}`,
    `  unchanged    ${count(report.unchanged)}`,
    `  quarantined  ${count(report.quarantined)}`,
    ...shown.map(({ file, line, reason }) => `    ${file}:${line}: ${reason}`),
    ...(hidden > 0 ? [`    and ${count(hidden)} more (--json lists them)`] : []),
    ...report.failures.map(({ file, error }) => `  failed       ${file}: ${error}`),
  ];
}
