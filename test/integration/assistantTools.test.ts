import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, extension, makeFolder, plainNetwork } from './support.ts';

describe('Tools for assistants', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  before(async () => {
    await extension().activate();
    folder = await makeFolder();
  });
  afterEach(closeAll);
  after(() => folder.remove());

  /** Open, as a person asks about what they look at. */
  const opened = async (name: string) =>
    (await vscode.workspace.openTextDocument(await folder.write(name, plainNetwork))).uri;

  const invoke = async (name: string, input: object): Promise<any> => {
    const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
    const [part] = result.content;
    assert.ok(part instanceof vscode.LanguageModelTextPart);
    return JSON.parse(part.value);
  };

  it('are declared and there', () => {
    const names = vscode.lm.tools.map(({ name }) => name);
    for (const name of ['rectifier_check', 'rectifier_train', 'rectifier_metrics'])
      assert.ok(names.includes(name), name);
  });

  it('say what is wrong with a network, also with values that are only tried', async () => {
    const uri = await opened('check.nn.json');
    assert.deepEqual(await invoke('rectifier_check', { path: uri.fsPath }), []);
    const set = { 'layers.0.weights': 'glorot_normal' };
    const [problem] = await invoke('rectifier_check', { path: uri.fsPath, set });
    assert.equal(problem.rule, 'activation_init_mismatch');
    assert.deepEqual(problem.fixes[0].set, { 'layers.0.weights': 'he_normal' });
    assert.equal((await vscode.workspace.openTextDocument(uri)).getText(), plainNetwork);
  });

  it('train for a while, within limits, and say which rules spoke', async () => {
    const uri = await opened('train.nn.json');
    const short = await invoke('rectifier_train', { path: uri.fsPath, steps: 50 });
    assert.deepEqual([short.reason, short.step, short.final.layers.length], ['completed', 50, 2]);
    const set = { 'training.epochs': 1_000_000, 'layers.0.bias': -9 };
    const long = await invoke('rectifier_train', { path: uri.fsPath, set });
    assert.equal(long.reason, 'stopped');
    assert.ok(long.step <= 20_000);
    assert.ok(long.warnings.some(({ rule }: { rule: string }) => rule === 'born_dead'));
    const broken = await invoke('rectifier_train', { path: uri.fsPath, set: { 'layers.1.units': 4 } });
    assert.match(broken.errors[0].message, /classes/);
  });

  it('have no figures of a network that was never trained, and read nothing else', async () => {
    const uri = await opened('never.nn.json');
    assert.equal((await invoke('rectifier_metrics', { path: uri.fsPath })).run, null);
    for (const path of ['../outside.nn.json', '/etc/passwd', 'package.json'])
      await assert.rejects(invoke('rectifier_check', { path }), path);
  });
});
