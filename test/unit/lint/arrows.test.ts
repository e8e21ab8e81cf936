import assert from 'node:assert/strict';
import path from 'node:path';
import { Linter } from 'eslint';
import { root } from '../../../scripts/console.mjs';
import { arrowsRule } from '../../../scripts/lint/arrows.mjs';

/** What the rule says of one line of code in a file of the repository. */
function complaints(file: string, code: string): string[] {
  const config: Linter.Config = {
    files: ['**/*.ts'],
    plugins: { rectifier: { rules: { arrows: arrowsRule } } },
    rules: { 'rectifier/arrows': 'error' },
  };
  return new Linter({ cwd: root }).verify(code, [config], path.join(root, file)).map(({ message }) => message);
}

const refused: [file: string, code: string][] = [
  ['src/engine/graph.ts', "import { store } from '../webview/store.ts'"],
  ['src/engine/graph.ts', "export * from '../extension/main.ts'"],
  ['src/engine/graph.ts', "import fs from 'node:fs'"],
  ['src/engine/graph.ts', "import fs from 'fs/promises'"],
  ['src/engine/graph.ts', "import * as vscode from 'vscode'"],
  ['src/engine/graph.ts', "await import('./node/cli.ts')"],
  ['src/engine/layers/dense.ts', "import { network } from '../spec/network.ts'"],
  ['src/engine/backends/reference/index.ts', "import { layers } from '../../layers/index.ts'"],
  ['src/webview/store.ts', "import * as vscode from 'vscode'"],
  ['src/webview/store.ts', "import '@vscode/webview-ui-toolkit'"],
  ['src/extension/main.ts', "import { store } from '../webview/store.ts'"],
  ['src/extension/main.ts', "import path from 'node:path'"],
];

const allowed: [file: string, code: string][] = [
  ['src/engine/layers/dense.ts', "import { field } from '../spec/fields.ts'"],
  ['src/engine/spec/network.ts', "import { layers } from '../layers/index.ts'"],
  ['src/engine/node/cli.ts', "import fs from 'node:fs'"],
  ['src/webview/toolkit.ts', "import '@vscode/webview-ui-toolkit'"],
  ['src/extension/main.ts', "import { a } from '../webview/hostProtocol.ts'; import { b } from '../engine/graph.ts'"],
  ['test/unit/graph.test.ts', "import fs from 'node:fs'"],
];

describe('the lint rule for the arrows between folders', () => {
  for (const [file, code] of refused) {
    it(`refuses ${code} in ${file}`, () => {
      assert.equal(complaints(file, code).filter((message) => message.includes('must not be imported here')).length, 1);
    });
  }
  for (const [file, code] of allowed)
    it(`allows ${code} in ${file}`, () => assert.deepEqual(complaints(file, code), []));
});
