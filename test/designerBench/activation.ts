import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { Panel } from '../end-to-end/panel.ts';
import { root, runCommand } from '../workbench/index.ts';
import { deepNetwork, openBench } from './bench.ts';
import { median, ms, type Row } from './report.ts';

const times = 3;

/** How long VS Code says our extension took to activate, loading its code included; each time in a workbench of its own. */
export async function activation(): Promise<Row[]> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) taken.push(await once());
  const alone = median(Array.from({ length: times }, loading));
  return [
    {
      what: `activation, median of ${times}`,
      measured: `${median(taken)} ms (${taken.join(', ')})`,
      wanted: '≤ 50 ms',
      met: median(taken) <= 50,
    },
    {
      what: `its code alone, loaded by Node, median of ${times}`,
      measured: `${ms(alone)} ms`,
      wanted: '≤ 50 ms',
      met: alone <= 50,
    },
  ];
}

/** How long our code takes to load where nothing else goes on: activation above shares its time with a window that starts. */
function loading(): number {
  const script = `
    const any = new Proxy(function () {}, { get: (_, key) => (key === 'prototype' ? {} : any), apply: () => '' });
    require('node:module')._load = ((load) => (name, ...rest) => (name === 'vscode' ? { l10n: any, DiagnosticSeverity: {} } : load(name, ...rest)))(require('node:module')._load);
    const start = performance.now();
    require(${JSON.stringify(path.join(root, 'dist', 'extension.cjs'))});
    console.log(performance.now() - start);`;
  return Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }));
}

async function once(): Promise<number> {
  const opened = await openBench({ 'small.nn.json': deepNetwork(2, 16, 100) });
  try {
    const { page } = opened.workbench;
    await Panel.find(page);
    await runCommand(page, 'Developer: Show Running Extensions');
    const row = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: /rectifier/i }).first();
    const text = await row.locator('.activation-time').textContent();
    const found = /(\d+)\s*ms/.exec(text ?? '');
    if (!found) throw new Error(`no activation time in "${text}"`);
    return Number(found[1]);
  } finally {
    await opened.close();
  }
}
