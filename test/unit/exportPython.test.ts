import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { checkNetwork } from '../../src/engine/check.ts';
import { exportTargets } from '../../src/engine/export/index.ts';
import { initialModel } from '../../src/engine/export/model.ts';
import type { ExportFiles, ExportModel } from '../../src/engine/export/target.ts';
import { graphFor, trials } from '../exportTrial/networks.ts';

const root = path.resolve(import.meta.dirname, '../..');
const samples = path.join(root, 'samples');

const made = (id: string, model: ExportModel): ExportFiles => {
  const target = exportTargets.find((row) => row.id === id)!;
  assert.equal(target.holds, 'weights');
  return target.make(model, 'network');
};

// What Python computes from these files is measured by test/exportTrial, which needs PyTorch.
for (const id of ['pytorch', 'keras']) {
  describe(`the export to ${id}`, () => {
    it('writes iris as it is kept, its weights beside it', async () => {
      const text = readFileSync(path.join(samples, 'iris.nn.json'), 'utf8');
      const { graph, dataset } = await checkNetwork(text, (file) => readFile(path.join(samples, file)));
      const files = made(id, initialModel(text, graph!, dataset!));
      assert.equal(files[''], readFileSync(path.join(root, `test/fixtures/export/iris.${id}.py`), 'utf8'));
      assert.ok(files['.safetensors'] instanceof Uint8Array);
    });

    it('has words for every layer, activation and formula, and names that Python takes', () => {
      for (const trial of trials) {
        const { graph, dataset } = graphFor(trial);
        const python = String(made(id, initialModel('', graph, dataset))['']);
        assert.doesNotMatch(python, /undefined|NaN|\[object/, trial.name);
        assert.doesNotMatch(python, /^\s*(self\.)?(train|in|x-1)\b =/m, trial.name);
      }
    });
  });
}
