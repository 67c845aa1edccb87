/** Runs the fault matrix and writes what came out of it into docs/reliability.md. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CellResult } from './report.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const DOCUMENT = join(ROOT, 'docs/reliability.md');
const [BEGIN, END] = ['<!-- fault matrix: begin -->', '<!-- fault matrix: end -->'];
const FAULT_SECONDS = '30';

const [seconds = FAULT_SECONDS] = process.argv.slice(2);
const reportDir = mkdtempSync(join(tmpdir(), 'quotefleet-faults-'));
const code = await runMatrix();
const results = readResults();
if (code === 0) writeFileSync(DOCUMENT, replaceTable(readFileSync(DOCUMENT, 'utf8')));
process.stdout.write(`${table()}\n`);
rmSync(reportDir, { recursive: true });
process.exitCode = code;

async function runMatrix(): Promise<number> {
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--experimental-vm-modules',
    jest,
    '--runInBand',
    '--forceExit',
    'tests/faults/',
  ];
  const child = spawn(process.execPath, args, {
    cwd: join(ROOT, 'services/realtime'),
    env: { ...process.env, QF_REQUIRE: 'kafka,redis', QF_FAULT_SECONDS: seconds, QF_FAULT_REPORT_DIR: reportDir },
    stdio: 'inherit',
  });
  const [exitCode] = await once(child, 'exit');
  return exitCode ?? 1;
}

function readResults(): CellResult[] {
  const files = readdirSync(reportDir).sort();
  return files.map((file) => JSON.parse(readFileSync(join(reportDir, file), 'utf8')) as CellResult);
}

function replaceTable(text: string): string {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${DOCUMENT}: expected ${BEGIN} and ${END} around the table`);
  return `${text.slice(0, from + BEGIN.length)}\n\n${table()}\n\n${text.slice(to)}`;
}

function table(): string {
  const conditions = `${new Date().toISOString().slice(0, 10)}, ${availableParallelism()} cores for everything, Node ${process.version}`;
  const head = [
    ...[
      'fault',
      'what happened',
      'clients',
      'owed',
      'received',
      'gap-covered',
      'conflated',
      'doubled',
      'out of order',
      'lost',
    ],
    'back after',
  ];
  const rows = results.map((result) => [
    ...[
      result.fault,
      result.happened,
      result.clients,
      result.owed,
      result.received,
      result.gapCovered,
      result.conflated,
    ],
    ...[result.doubled, result.disordered, result.lost, `${(result.recoveryMs / 1000).toFixed(1)} s`],
  ]);
  const lines = [head, head.map((_, column) => (column < 2 ? '---' : '--:')), ...rows];
  return `Measured ${conditions}:\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`;
}
