// Source is ESM TypeScript that Node runs as it is (type stripping). Jest compiles it to CommonJS with swc,
// and with it the packages that ship ESM only.
const esmOnlyPackages = [
  'jose',
  'canonicalize',
  'commander',
  'node-pg-migrate',
  'dotprompt',
  'csv-parse',
  'glob',
  'lru-cache',
  'minimatch',
  'minipass',
  'path-scurry',
  'brace-expansion',
  'balanced-match',
  'package-json-from-dist',
  'yargs',
  'yargs-parser',
  'cliui',
  'y18n',
  'string-width',
  'wrap-ansi',
  'strip-ansi',
  'ansi-regex',
  'ansi-styles',
  'get-east-asian-width',
  'emoji-regex',
  'escalade',
  'get-caller-file',
];

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // A module in jest's sandbox looks a global up at each use, which is slow where it counts: these it is given. None that a
  // test may replace (time, fetch, process), and none that packages name their own.
  sandboxInjectedGlobals: ['Infinity', 'Math', 'JSON', 'Object', 'Array', 'Number', 'String'],
  testMatch: ['**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.sluice', '<rootDir>/(examples|tools)/.*/node_modules'],
  transform: {
    '\\.(ts|mts|js|mjs)$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: [`node_modules/(?!(${esmOnlyPackages.join('|')})/)`],
  resolver: './tests/support/import-only-resolver.cjs',
  globalSetup: './tests/support/global-setup.ts',
  globalTeardown: './tests/support/global-teardown.ts',
  maxWorkers: 2,
  maxConcurrency: 3,
  testSequencer: './tests/support/longest-first.mjs',
  testTimeout: 120_000,
};
