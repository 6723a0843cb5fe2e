import regexp from 'eslint-plugin-regexp';
import security from 'eslint-plugin-security';
import tseslint from 'typescript-eslint';

// Static analysis for security and availability, run by `npm run scan`. Style is Biome's.
export default tseslint.config({
  files: ['libs/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
  ignores: ['libs/testing/**'],
  plugins: { '@typescript-eslint': tseslint.plugin, regexp, security },
  languageOptions: {
    parser: tseslint.parser,
    parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
  },
  linterOptions: { reportUnusedDisableDirectives: 'error' },
  rules: {
    // a promise that nobody waits for takes the process down when it fails
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/no-misused-promises': 'error',
    '@typescript-eslint/await-thenable': 'error',
    '@typescript-eslint/no-base-to-string': 'error',
    '@typescript-eslint/no-implied-eval': 'error',
    '@typescript-eslint/only-throw-error': 'error',
    '@typescript-eslint/prefer-promise-reject-errors': 'error',
    '@typescript-eslint/switch-exhaustiveness-check': 'error',
    // a pattern whose cost grows faster than its input
    'regexp/no-super-linear-backtracking': 'error',
    'regexp/no-super-linear-move': 'error',
    'regexp/no-misleading-unicode-character': 'error',
    ...Object.fromEntries(Object.keys(security.configs.recommended.rules).map((rule) => [rule, 'error'])),
    // file names and keys come from the configuration and from closed lists; the rule cannot tell, and finds nothing else
    'security/detect-object-injection': 'off',
    'security/detect-non-literal-fs-filename': 'off',
    // measured by star height alone; regexp/no-super-linear-* analyse the pattern
    'security/detect-unsafe-regex': 'off',
  },
});
