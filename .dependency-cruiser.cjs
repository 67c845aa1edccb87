const OUR_LIBS = '^libs/';
const OUR_SERVICES = '^(services/[^/]+|gateway)/';

/** Each rule's comment tells whoever trips it what to do. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment:
        'Two modules that need each other are one module, or a third one is missing: move what both need into it.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-imports-nothing',
      severity: 'error',
      comment: 'libs/domain is pure market knowledge. Do the I/O in the caller and hand the values in.',
      from: { path: '^libs/domain/src', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^libs/domain/src' },
    },
    {
      name: 'contracts-import-domain-and-tables-only',
      severity: 'error',
      comment:
        'Contracts are shapes. What needs more than domain, tables and zod belongs to the service that serves them.',
      from: { path: '^libs/contracts/src' },
      to: { path: OUR_LIBS, pathNot: '^libs/(contracts|domain|tables)/' },
    },
    {
      name: 'libs-know-no-service',
      severity: 'error',
      comment: 'A lib that needs a service is turned round: define a port in the lib and hand the implementation in.',
      from: { path: OUR_LIBS },
      to: { path: `${OUR_SERVICES}|^deploy/|^bench/` },
    },
    {
      name: 'services-know-no-other-service',
      severity: 'error',
      comment: 'Ask the other service by HTTP or learn from its events; shared shapes go to libs/contracts.',
      from: { path: '^(services/[^/]+|gateway)/' },
      to: { path: OUR_SERVICES, pathNot: '^$1/' },
    },
    {
      name: 'services-know-no-deployment',
      severity: 'error',
      comment: 'A service does not know how it is run: take it from the config.',
      from: { path: OUR_SERVICES },
      to: { path: '^(deploy|bench)/' },
    },
    {
      name: 'libs-through-their-door',
      severity: 'error',
      comment: 'Import a lib by its name: what it does not export is not meant for you, or its index lacks a line.',
      from: { path: '^(services|gateway|deploy|bench)/' },
      to: { path: '^libs/[^/]+/src/.+', pathNot: '/index\\.ts$' },
    },
    {
      name: 'no-tests-in-production',
      severity: 'error',
      comment: 'Move what both need out of the test file, or into libs/testing.',
      from: { pathNot: '(\\.test\\.ts$|/tests/|/contract/|^libs/testing/)' },
      to: { path: '(\\.test\\.ts$|/tests/|^libs/testing/)' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'Nobody imports this module: delete it, or import it where it was meant to be used.',
      from: {
        orphan: true,
        pathNot: '(/die-with-parent\\.ts$|\\.test\\.ts$|main\\.ts$|\\.d\\.ts$|jest\\.config\\.js$|/jest/|index\\.ts$)',
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(node_modules|/dist/|/coverage/)' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.cjs', '.json'],
    },
  },
};
