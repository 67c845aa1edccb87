import type { AggregatedResult, Config, Reporter, TestContext } from '@jest/reporters';
import { isCi } from '../config.ts';
import { closingLine, skippedReport } from './closing-report.ts';

const RAN_NOTHING = 'No test ran: each was skipped or none was selected. On a build machine that is a failure.';

/** Ends a run with what was skipped and why, then one line of counts that scripts can read. */
export default class ClosingLineReporter implements Pick<Reporter, 'onRunComplete' | 'getLastError'> {
  readonly #config: Config.GlobalConfig;
  #refusal: string | undefined;

  constructor(config: Config.GlobalConfig) {
    this.#config = config;
  }

  onRunComplete(contexts: Set<TestContext>, results: AggregatedResult): void {
    const names = new Map(
      [...contexts].map(({ config }) => [config.rootDir, config.displayName?.name ?? config.rootDir]),
    );
    const projectOf = (path: string) => [...names].find(([root]) => path.startsWith(`${root}/`))?.[1] ?? '';
    const files = results.testResults.map((file) => ({
      project: projectOf(file.testFilePath),
      tests: file.testResults,
    }));
    // With -t every test that was not picked is "pending": that needs no list.
    const skipped = this.#config.testNamePattern ? '' : skippedReport(files);
    const ranNothing = results.numPassedTests + results.numFailedTests === 0;
    this.#refusal = ranNothing && isCi() && !this.#config.passWithNoTests ? RAN_NOTHING : undefined;
    const refusal = this.#refusal === undefined ? '' : `\n${this.#refusal}\n`;
    // Jest prints its own summary after every reporter of ours, so the closing line waits for the very end. With
    // --forceExit jest silences the stream before that, hence the method as it is now.
    const write = process.stdout.write.bind(process.stdout);
    process.once('exit', () => write(`${skipped}${refusal}\n${closingLine(results)}\n`));
  }

  /** On a build machine a run in which no test ran is a failure. */
  getLastError(): Error | undefined {
    return this.#refusal === undefined ? undefined : new Error(this.#refusal);
  }
}
