import { describe, expect, it } from '@jest/globals';
import { skippedTitle } from '../skipped-title.ts';
import { closingLine, type FileOutcome, skippedReport } from './closing-report.ts';

const noKafka = { server: 'kafka', reason: 'there are no jars in /opt (npm run servers installs them)' } as const;
const noRedis = { server: 'redis', reason: 'none on PATH' } as const;

function file(project: string, tests: [status: string, title: string, ...ancestors: string[]][]): FileOutcome {
  return { project, tests: tests.map(([status, title, ...ancestorTitles]) => ({ status, title, ancestorTitles })) };
}

describe('the report of skipped tests', () => {
  it('is empty when nothing was skipped', () => {
    expect(skippedReport([file('domain', [['passed', 'adds', 'sums']])])).toBe('');
  });

  it('groups blocks by the missing server and counts their tests', () => {
    const driver = skippedTitle('kafka driver', [noKafka]);
    const report = skippedReport([
      file('messaging', [
        ['pending', 'keeps order', driver, 'with two keys'],
        ['pending', 'redelivers', driver],
        ['passed', 'keeps order', 'in-process driver'],
      ]),
      file('cache', [['pending', 'hits', 'second level', skippedTitle('over redis', [noRedis])]]),
      file('realtime', [['pending', 'fans out', skippedTitle('two nodes', [noKafka])]]),
    ]);
    expect(report).toBe(`
Skipped without kafka: there are no jars in /opt (npm run servers installs them)
  messaging › kafka driver (2 tests)
  realtime › two nodes (1 test)

Skipped without redis: none on PATH
  cache › second level › over redis (1 test)
`);
  });

  it('names every missing server of a block that needs several', () => {
    const report = skippedReport([file('e2e', [['pending', 'runs', skippedTitle('the fleet', [noKafka, noRedis])]])]);
    expect(report).toContain(`Skipped without kafka: ${noKafka.reason}\nSkipped without redis: ${noRedis.reason}\n`);
    expect(report).toContain('  e2e › the fleet (1 test)\n');
  });

  it('names a test that was skipped by hand', () => {
    expect(skippedReport([file('auth', [['todo', 'locks out', 'login']])])).toBe(
      '\nSkipped for another reason\n  auth › login › locks out (1 test)\n',
    );
  });
});

describe('the closing line', () => {
  const counts = {
    numPassedTests: 7,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    numRuntimeErrorTestSuites: 0,
  };

  it('counts tests', () => {
    expect(closingLine(counts)).toBe('7 passed, 1 failed, 3 skipped');
  });

  it('counts a file that could not run as a failure', () => {
    expect(closingLine({ ...counts, numFailedTests: 0, numRuntimeErrorTestSuites: 2 })).toBe(
      '7 passed, 2 failed, 3 skipped',
    );
  });
});
