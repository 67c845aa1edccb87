const root = import.meta.dirname;

/**
 * The jest settings every project shares: sources run as `.ts` ES modules, types are `tsc -b`'s job. The global
 * setup starts no server by itself: the first `describeWith` that asks for one does.
 */
export function project(name) {
  return {
    displayName: name,
    testEnvironment: `${root}/libs/testing/src/jest/plain-global-environment.ts`,
    testMatch: ['<rootDir>/src/**/*.test.ts', '<rootDir>/tests/**/*.test.ts'],
    extensionsToTreatAsEsm: ['.ts'],
    transform: {
      '^.+\\.ts$': [
        '@swc/jest',
        {
          jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
          module: { type: 'es6' },
          sourceMaps: 'inline',
        },
      ],
    },
    setupFilesAfterEnv: process.env.CI === 'true' ? [`${root}/libs/testing/src/jest/retry-once.ts`] : [],
    coveragePathIgnorePatterns: ['/node_modules/', '\\.test\\.ts$', '/tests/'],
    globalSetup: `${root}/libs/testing/src/jest/global-setup.ts`,
    globalTeardown: `${root}/libs/testing/src/jest/global-teardown.ts`,
  };
}
