/** Packages that are published as ESM only, with what they bring: swc turns them to CommonJS too. */
const esmOnly = ['jose', 'oidc-provider', 'oidc-token-hash', 'koa', 'nanoid', 'quick-lru', 'eta', '@koa'];

export default {
  testEnvironment: 'node',
  maxWorkers: 2,
  testTimeout: 30_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.(ts|js|mjs)$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
};
