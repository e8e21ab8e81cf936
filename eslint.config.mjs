import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { arrowsRule } from './scripts/lint/arrows.mjs';
import { wordsRule } from './scripts/lint/words.mjs';

export default defineConfig(
  // the kernels are AssemblyScript, which has its own compiler and types
  {
    ignores: [
      'dist/',
      '.cache/',
      '.vscode-test/',
      'src/engine/backends/wasm/kernels/',
      'test/bench/',
      'test/fixtures/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,mjs}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { rectifier: { rules: { arrows: arrowsRule, words: wordsRule } } },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'rectifier/arrows': 'error',
      eqeqeq: 'error',
      // it takes out assertions that noUncheckedIndexedAccess needs: items.at(-1)!
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      'no-eval': 'error',
      'no-implied-eval': 'off', // the typed one is on
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    },
  },
  { files: ['src/**/*.ts'], rules: { 'no-console': 'error' } },
  { files: ['src/{webview,extension}/**/*.ts'], rules: { 'rectifier/words': 'error' } },
  {
    files: [
      'src/engine/{activations,autopsy,data,layers,rules,spec,training,weights,worker}/**/*.ts',
      'src/engine/*.ts',
    ],
    // Tables, and files as they are written.
    ignores: [
      'src/engine/spec/{network,dataFields,trainingFields,optimizers,fields,jsonSchema}.ts',
      'src/engine/templates.ts',
    ],
    rules: { 'rectifier/words': ['error', { engine: true }] },
  },
  { files: ['src/engine/node/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['test/**/*.ts'],
    rules: {
      // test doubles are async without waiting, and what a test reads back (JSON, a page's globals) is checked by asserting
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  // JavaScript has no way to give JSON.parse a type but an annotation
  {
    files: ['**/*.mjs'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { files: ['**/*.cjs', '*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
);
