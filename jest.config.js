export default {
  projects: [
    '<rootDir>/libs/*',
    '<rootDir>/services/*',
    '<rootDir>/gateway',
    '<rootDir>/deploy/{cli,local}',
    '<rootDir>/bench',
  ],
  reporters: ['default', '<rootDir>/libs/testing/src/jest/closing-line-reporter.ts'],
  // By default two cores would mean one worker: every test in jest's own process, one file after the other.
  maxWorkers: '100%',
  // A worker keeps some megabytes of every file it ran: past this each collection of garbage takes noticeably long.
  workerIdleMemoryLimit: '400MB',
  testTimeout: 30_000,
};
