/* eslint-disable rectifier/words -- an assistant reads it: English, as the tools' descriptions are */
import simd from 'kernels:simd';
import * as vscode from 'vscode';
import { createWasmBackend } from '../engine/backends/wasm/index.ts';
import { checkNetwork } from '../engine/check.ts';
import { applyEdits } from '../engine/spec/edit.ts';
import { fixEdits } from '../engine/spec/fix.ts';
import type { EndEvent, WarningEvent } from '../engine/training/events.ts';
import { Trainer } from '../engine/training/trainer.ts';
import type { DataFiles } from './dataFiles.ts';
import { messageOf } from './errors.ts';
import { baseName, isNetworkFile } from './files.ts';
import type { RecordedRuns } from './recordedRuns.ts';
import { readSettings } from './settings.ts';

/** A training an assistant asks for ends here at the latest, so that it never holds up the editor: updates, and seconds. */
const mostSteps = 20_000;
const mostSeconds = 30;

/** What tools are given; fields are as `package.json` declares them. */
export interface Asked {
  readonly path: string;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly steps?: number;
}

/** A network file inside the workspace, or one that is open already: nothing else is read for an assistant. */
function uriOf(path: unknown): vscode.Uri {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (typeof path !== 'string' || path === '') throw new Error('"path" is missing: name a network file (*.nn.json).');
  const absolute = /^[a-z][a-z0-9+.-]+:\/\//i.test(path)
    ? vscode.Uri.parse(path)
    : /^(\/|[a-z]:[\\/])/i.test(path)
      ? vscode.Uri.file(path)
      : folders[0] && vscode.Uri.joinPath(folders[0].uri, path);
  const open = vscode.workspace.textDocuments.some(({ uri }) => uri.toString() === absolute?.toString());
  if (!absolute || !(open || vscode.workspace.getWorkspaceFolder(absolute)))
    throw new Error(`"${path}" is neither in the folder that is open here nor open itself.`);
  if (!isNetworkFile(absolute)) throw new Error(`"${path}" is no network file: its name must end in .nn.json.`);
  return absolute;
}

/** The text as the editor has it, saved or not, with values set as asked for; the file is left as it is. */
async function examine({ path, set }: Asked, data: DataFiles) {
  const uri = uriOf(path);
  const document = await vscode.workspace.openTextDocument(uri);
  const text = document.getText();
  const asked = set ? applyEdits(text, fixEdits(text, { title: '', set: { ...set } })) : text;
  return { text: asked, ...(await checkNetwork(asked, (file) => data.read(uri, file), (await readSettings()).rules)) };
}

export async function check(asked: Asked, data: DataFiles): Promise<unknown> {
  const { problems } = await examine(asked, data);
  return problems.map(({ severity, rule, message, path, line, column, fixes = [] }) => ({
    severity,
    rule,
    message,
    path,
    line,
    column,
    fixes,
  }));
}

/** Trains on the processor, in stretches that let everything else in between. */
export async function train(asked: Asked, data: DataFiles, token: vscode.CancellationToken): Promise<unknown> {
  const { graph, dataset, problems, text } = await examine(asked, data);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (!graph || !dataset || errors.length > 0)
    return { errors: errors.map(({ message, path }) => ({ message, path })) };
  const warnings: WarningEvent[] = [];
  let end: EndEvent | undefined;
  const steps = wholeSteps(asked.steps);
  const trainer = await Trainer.create(graph, dataset, await createWasmBackend(simd, 'simd'), {
    run: 'assistant',
    reason: 'an assistant asked for it',
    text,
    ...(steps === undefined ? {} : { steps }),
    rules: (await readSettings()).rules ?? {},
    onEvent(event) {
      if (event.event === 'warning') warnings.push(event);
      if (event.event === 'end') end = event;
    },
    yield: () => new Promise((resolve) => setTimeout(resolve)),
  });
  const stop = () => void trainer.stop();
  const clock = setTimeout(stop, mostSeconds * 1000);
  const cancelled = token.onCancellationRequested(stop);
  try {
    await trainer.begin();
    await trainer.run(mostSteps);
    if (!trainer.ended) await trainer.stop();
  } finally {
    clearTimeout(clock);
    cancelled.dispose();
    trainer.dispose();
  }
  const { reason, step, final, expect } = end!;
  return { reason, step, steps: trainer.steps, final, expect, warnings };
}

function wholeSteps(steps: unknown): number | undefined {
  if (steps === undefined) return undefined;
  if (typeof steps === 'number' && Number.isSafeInteger(steps) && steps >= 0) return Math.min(steps, mostSteps);
  throw new Error('"steps" must be a whole number of at least 0.');
}

export async function metrics({ path }: Asked, recorded: RecordedRuns): Promise<unknown> {
  const uri = uriOf(path);
  const name = vscode.workspace.getWorkspaceFolder(uri) ? vscode.workspace.asRelativePath(uri) : baseName(uri);
  const newest = (await recorded.list()).find(({ head }) => head.document === name);
  const run = newest && (await recorded.read(newest.file).catch((error: unknown) => messageOf(error)));
  if (!run || typeof run === 'string') return { run: null, message: `No run of ${name} has been recorded.` };
  const { date, seed, backend, reason, seconds, final, expect } = run.head;
  const warnings = run.events.filter(({ event }) => event === 'warning');
  return { date, seed, backend, reason, seconds, final, expect, warnings };
}
