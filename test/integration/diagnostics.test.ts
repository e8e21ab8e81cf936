import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, diagnosticsOf, eventually, makeFolder, openReady, plainNetwork, send } from './support.ts';

const ours = (uri: vscode.Uri) => diagnosticsOf(uri).filter(({ source }) => source === 'rectifier');

const withData = `{
  "version": 1,
  "data": { "source": "file", "path": "table.csv" },
  "layers": [{ "id": "output", "type": "dense", "units": 2, "activation": "softmax" }]
}
`;

describe('The problems VS Code shows', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  before(async () => (folder = await makeFolder()));
  afterEach(closeAll);
  after(() => folder.remove());

  const openText = async (uri: vscode.Uri) => {
    await vscode.commands.executeCommand('vscode.openWith', uri, 'default');
    return eventually('the text', () => vscode.window.activeTextEditor?.document);
  };

  it('are none for a network that can be trained', async () => {
    const uri = await folder.write('good.nn.json', `${plainNetwork.slice(0, -2)}, // a comment and a comma\n}\n`);
    const document = await openText(uri);
    assert.equal(document.languageId, 'jsonc');
    const bad = await openText(await folder.write('bad.nn.json', plainNetwork.replace('"output"', '"hidden"')));
    await eventually('the other file to be checked', () => ours(bad.uri).length > 0);
    assert.deepEqual(diagnosticsOf(uri), []);
  });

  it('carry our name, the rule and its place, also in a file that is open only as text', async () => {
    const uri = await folder.write('twice.nn.json', plainNetwork.replace('"output"', '"hidden"'));
    const document = await openText(uri);
    const [problem] = await eventually('a diagnostic', () => ours(uri).length > 0 && ours(uri));
    assert.equal(problem?.code, 'duplicate_id');
    assert.equal(document.getText(problem.range), '"hidden"');
    assert.equal(problem.range.start.line, 5);
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Error);
  });

  it('of the form are ours too, and ours alone', async () => {
    const uri = await folder.write('form.nn.json', plainNetwork.replace('"units": 8', '"unit": 8'));
    const document = await openText(uri);
    await eventually('a diagnostic', () =>
      ours(uri).some(({ code, range }) => code === 'unknown_key' && document.getText(range) === '"unit"'),
    );
    assert.deepEqual(diagnosticsOf(uri), ours(uri));
  });

  it('go when the text is mended, and when the file is closed', async () => {
    const uri = await folder.write('mend.nn.json', plainNetwork.replace('"units": 1', '"units": 3'));
    const designer = await openReady(uri);
    await eventually('a diagnostic', () => ours(uri).some(({ code }) => code === 'loss_output_mismatch'));
    const edits = [{ offset: designer.document.getText().indexOf('3'), length: 1, text: '1' }];
    await send(designer, { type: 'edit', version: designer.document.version, edits, label: 'Units' });
    await eventually('no diagnostic', () => ours(uri).length === 0);
    await vscode.commands.executeCommand('undo');
    await eventually('the diagnostic again', () => ours(uri).length > 0);
    await closeAll();
    await eventually('no diagnostic of a closed file', () => ours(uri).length === 0);
  });

  it('of a data file stand where the network names it, and go when the data is mended', async () => {
    const uri = await folder.write('data.nn.json', withData);
    const document = await openText(uri);
    const missing = await eventually('a missing file', () => ours(uri)[0]);
    assert.equal(missing.code, 'data_error');
    assert.equal(document.getText(missing.range), '"table.csv"');
    assert.match(missing.message, /table\.csv/);
    const ragged = await eventually(
      'a ragged row',
      async () => {
        // Written again and again: the watch on the file may not have begun.
        await folder.write('table.csv', 'a,b\n1,x\n2\n3,y\n');
        return ours(uri).find(({ relatedInformation }) => relatedInformation?.length);
      },
      1000,
    );
    assert.match(ragged.message, /line 3/);
    assert.equal(ragged.relatedInformation?.[0]?.location.range.start.line, 2);
    await folder.write(
      'table.csv',
      `a,b\n${Array.from({ length: 10 }, (_, i) => `${i},${i % 2 ? 'x' : 'y'}\n`).join('')}`,
    );
    await eventually('no diagnostic', () => ours(uri).length === 0);
  });

  it('of a rule stand at the layer, with a quick fix that ends them and is undone in one step', async () => {
    const mismatch = plainNetwork.replace('"units": 8', '"units": 8, "weights": "glorot_normal" /* why not */');
    const uri = await folder.write('rule.nn.json', mismatch);
    const document = await openText(uri);
    const [problem] = await eventually('a diagnostic', () => ours(uri).length > 0 && ours(uri));
    assert.deepEqual(
      [problem!.code, problem!.source, problem!.severity],
      ['activation_init_mismatch', 'rectifier', vscode.DiagnosticSeverity.Warning],
    );
    assert.equal(document.getText(problem!.range), '"glorot_normal"');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      problem!.range,
    );
    const fix = actions.find(({ title }) => title === 'Use he_normal in "hidden"');
    assert.ok(fix?.edit && fix.isPreferred);
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.getText(), mismatch.replace('glorot_normal', 'he_normal'));
    await eventually('no diagnostic', () => ours(uri).length === 0);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), mismatch);
    await eventually('the diagnostic again', () => ours(uri).length > 0);
  });

  it('of a run stand at their layer too, with their fixes, until the run is another or its designer is closed', async () => {
    const designer = await openReady(await folder.write('run.nn.json', plainNetwork));
    const { document } = designer;
    const fix = { title: 'Use leaky_relu in "hidden"', set: { 'layers.1.activation': 'leaky_relu' } };
    const finding = {
      severity: 'warning',
      rule: 'dying_relu',
      layer: 'hidden',
      message: '3 of 8 units',
      fixes: [fix],
      layers: ['gone', 'hidden', 'output'],
    } as const;
    await send(designer, { type: 'findings', findings: [finding] });
    const [problem] = await eventually('a diagnostic', () => ours(document.uri).length > 0 && ours(document.uri));
    assert.deepEqual([problem?.code, problem?.message, problem?.range.start.line], ['dying_relu', '3 of 8 units', 4]);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      problem!.range,
    );
    // The run had another layer before it: the fix follows its own.
    const edit = actions.find(({ title }) => title === fix.title)?.edit?.get(document.uri)[0];
    assert.match(document.lineAt(edit!.range.start.line).text, /"hidden"/);
    await send(designer, { type: 'findings', findings: [] });
    assert.deepEqual(ours(document.uri), []);
    await send(designer, { type: 'findings', findings: [finding] });
    assert.equal(ours(document.uri).length, 1);
    await closeAll();
    await eventually('no diagnostic', () => ours(document.uri).length === 0);
  });

  it('of rules follow the thresholds in the settings', async () => {
    const uri = await folder.write('bias.nn.json', plainNetwork.replace('"units": 8', '"units": 8, "bias": 0.5'));
    await openText(uri);
    const setting = 'rules.bias_too_large.bias';
    const configuration = () => vscode.workspace.getConfiguration('rectifier');
    assert.equal(configuration().get(setting), 1);
    await configuration().update(setting, 0.5, vscode.ConfigurationTarget.Global);
    await eventually('a diagnostic', () => ours(uri).some(({ code }) => code === 'bias_too_large'));
    await configuration().update(setting, undefined, vscode.ConfigurationTarget.Global);
    await eventually('no diagnostic', () => ours(uri).length === 0);
  });

  it('offer the name that was meant', async () => {
    const uri = await folder.write('fix.nn.json', plainNetwork.replace('"units": 8', '"unist": 8'));
    const document = await openText(uri);
    const at = document.positionAt(document.getText().indexOf('unist') + 1);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      new vscode.Range(at, at),
    );
    const fix = actions.find(({ title }) => title === 'Change to "units"');
    assert.ok(fix?.edit);
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.getText(), plainNetwork);
  });
});
