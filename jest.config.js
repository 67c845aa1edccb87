export default {
  projects: ['<rootDir>/libs/*', '<rootDir>/services/*', '<rootDir>/gateway', '<rootDir>/deploy/*/', '<rootDir>/bench'],
  reporters: ['default', '<rootDir>/libs/testing/src/jest/closing-line-reporter.ts'],
  // By default two cores would mean one worker: every test in jest's own process, one file after the other.
  maxWorkers: '100%',
  testTimeout: 30_000,
};
