export default {
  projects: ['<rootDir>/libs/*', '<rootDir>/services/*', '<rootDir>/gateway', '<rootDir>/deploy/*/', '<rootDir>/bench'],
  reporters: ['default', '<rootDir>/libs/testing/src/jest/closing-line-reporter.ts'],
  testTimeout: 30_000,
};
