import { parseSkippedTitle } from '../skipped-title.ts';

/** What the report needs of one test's result (a part of jest's `AssertionResult`). */
export interface TestOutcome {
  status: string;
  title: string;
  ancestorTitles: string[];
}

export interface RunCounts {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  /** Files that failed before any of their tests ran. */
  numRuntimeErrorTestSuites: number;
}

/** Test files with their project's name and their tests. */
export interface FileOutcome {
  project: string;
  tests: TestOutcome[];
}

const NO_SERVER = 'Skipped for another reason';

/** One paragraph per missing server: its reason, then every skipped block with its number of tests. */
export function skippedReport(files: FileOutcome[]): string {
  const groups = new Map<string, Map<string, number>>();
  for (const { project, tests } of files) {
    for (const test of tests) {
      if (test.status !== 'pending' && test.status !== 'todo') continue;
      const { heading, name } = explain(test);
      const group = groups.get(heading) ?? new Map<string, number>();
      groups.set(heading, group);
      const line = `${project} › ${name}`;
      group.set(line, (group.get(line) ?? 0) + 1);
    }
  }
  return [...groups].map(([heading, lines]) => `\n${heading}\n${[...lines].map(formatLine).join('')}`).join('');
}

/** The last line of a run. A file that could not run counts as one failure, so that a failed run never reads as "0 failed". */
export function closingLine(counts: RunCounts): string {
  const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites;
  const skipped = counts.numPendingTests + counts.numTodoTests;
  return `${counts.numPassedTests} passed, ${failed} failed, ${skipped} skipped`;
}

function explain(test: TestOutcome): { heading: string; name: string } {
  const path: string[] = [];
  for (const ancestor of test.ancestorTitles) {
    const { title, reasons } = parseSkippedTitle(ancestor);
    path.push(title);
    if (reasons.length === 0) continue;
    const heading = reasons.map(({ server, reason }) => `Skipped without ${server}: ${reason}`).join('\n');
    return { heading, name: path.join(' › ') };
  }
  return { heading: NO_SERVER, name: [...path, test.title].join(' › ') };
}

function formatLine([name, tests]: [string, number]): string {
  return `  ${name} (${tests} ${tests === 1 ? 'test' : 'tests'})\n`;
}
