import assert from 'node:assert/strict';
import { asFromRuns, asFromWebview } from '../../../src/extension/messages.ts';
import type { FromWebview } from '../../../src/webview/hostProtocol.ts';

/** One good message of each type. */
const good: { [T in FromWebview['type']]: FromWebview & { type: T } } = {
  ready: { type: 'ready', run: 'a-run_1' },
  keepPart: { type: 'keepPart', run: 'a-run_1', at: 0, bytes: new Uint8Array(3) },
  keepRun: {
    ...{ type: 'keepRun', run: 'a-run_1', state: 'paused', text: '{}', record: '{}', step: 7 },
    checkpoint: new Uint8Array(3),
  },
  recordRun: {
    type: 'recordRun',
    head: {
      ...{ event: 'run', run: 'a-run_1', date: '2026-03-01T10:20:30.000Z', seed: 1, backend: 'wasm', reason: null },
      ...{ seconds: null, final: null, expect: [], text: '{}' },
    },
    lines: '',
  },
  forgetRun: { type: 'forgetRun', run: 'a-run_1' },
  edit: { type: 'edit', version: 3, edits: [{ offset: 0, length: 2, text: '{}' }], label: 'Units' },
  save: { type: 'save' },
  readData: { type: 'readData', request: 1, path: 'data/iris.csv' },
  chooseFile: { type: 'chooseFile', request: 1, kind: 'folder' },
  saveBackend: { type: 'saveBackend', backend: 'wasm' },
  status: { type: 'status', state: 'running', text: 'Epoch 1 of 5' },
  findings: {
    type: 'findings',
    findings: [
      {
        ...{ severity: 'warning', rule: 'dying_relu', layer: 'hidden', message: '3 of 5' },
        fixes: [{ title: 'Leak', set: { 'layers.0.activation': 'leaky_relu' } }],
        layers: ['hidden', 'output'],
      },
    ],
  },
  openText: { type: 'openText', offset: 12 },
  openExperiment: { type: 'openExperiment' },
  compareRuns: { type: 'compareRuns' },
  saveFile: { type: 'saveFile', name: 'loss.csv', bytes: new Uint8Array(3) },
  log: { type: 'log', level: 'warning', message: 'slow' },
  diagnostics: { type: 'diagnostics', request: 1, text: 'wasm' },
};

describe('A message from the page', () => {
  for (const message of Object.values(good)) {
    it(`"${message.type}" is taken when every field is of its type`, () => {
      assert.equal(asFromWebview(message), message);
      for (const key of Object.keys(message)) {
        assert.equal(asFromWebview({ ...message, [key]: { not: 'this' } }), undefined, `${key} of another type`);
      }
    });
  }

  it('may leave out what is optional', () => {
    assert.ok(asFromWebview({ type: 'openText' }));
    assert.ok(asFromWebview({ type: 'ready' }));
    assert.equal(asFromWebview({ type: 'readData', request: 1 }), undefined);
  });

  it('names no run by what would lead out of its folder', () => {
    for (const run of ['', '..', '../other', 'a/b', 'a\\b', 'x'.repeat(65)]) {
      assert.equal(asFromWebview({ type: 'forgetRun', run }), undefined, run);
      assert.equal(asFromWebview({ ...good.recordRun, head: { ...good.recordRun.head, run } }), undefined, run);
    }
    assert.equal(asFromWebview({ ...good.recordRun, head: { ...good.recordRun.head, date: '../2026' } }), undefined);
  });

  it('names no file by a path', () => {
    for (const name of ['', '..', '.hidden', '../other.csv', 'a/b.csv', 'a\\b.csv', 'x'.repeat(81)]) {
      assert.equal(asFromWebview({ ...good.saveFile, name }), undefined, name);
    }
  });

  it('is not taken with numbers that count nothing', () => {
    for (const offset of [-1, 0.5, NaN, Infinity, '0', null]) {
      assert.equal(asFromWebview({ ...good.edit, edits: [{ offset, length: 0, text: '' }] }), undefined);
    }
  });

  it('is not taken when its type is none, or a name every object has', () => {
    for (const message of [undefined, null, 1, 'ready', [], {}, { type: 'toString' }, { type: '__proto__' }]) {
      assert.equal(asFromWebview(message), undefined);
    }
  });
});

describe('A message from the page that compares runs', () => {
  it('names a recorded run by its file alone, never by a path', () => {
    const file = 'iris-20260301-102030-aaaaaaaa.run.jsonl';
    assert.ok(asFromRuns({ type: 'read', file }));
    assert.ok(asFromRuns({ type: 'remove', files: [file] }));
    for (const other of [`../${file}`, `a/${file}`, `..\\${file}`, 'settings.json', '', 7]) {
      assert.equal(asFromRuns({ type: 'read', file: other }), undefined);
      assert.equal(asFromRuns({ type: 'remove', files: [file, other] }), undefined);
    }
  });

  it('is not taken when it is one of a designer', () => assert.equal(asFromRuns(good.edit), undefined));
});
