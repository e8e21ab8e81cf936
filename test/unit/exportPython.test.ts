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

it('a file for Keras has a momentum that is no whole number, and an epsilon to go under the root', async () => {
  const text = readFileSync(path.join(samples, 'iris.nn.json'), 'utf8');
  const trainedWith = async (optimizer: object) => {
    const plain = JSON.stringify({ ...(JSON.parse(text) as object), training: { optimizer } });
    const { graph, dataset } = await checkNetwork(plain, (file) => readFile(path.join(samples, file)));
    return String(made('keras', initialModel(plain, graph!, dataset!))['']);
  };
  assert.match(await trainedWith({ name: 'sgd' }), /momentum=0\.0,/);
  assert.match(await trainedWith({ name: 'rmsprop', epsilon: 1e-8 }), /momentum=0\.0, epsilon=1e-16\)/);
  assert.match(await trainedWith({ name: 'adagrad' }), /epsilon=1e-20\)/);
});

it('a file for Keras has an activity penalty that is divided by the batch once, in each release', async () => {
  const text = readFileSync(path.join(samples, 'sparse-not-dead.nn.json'), 'utf8');
  const { graph, dataset } = await checkNetwork(text, (file) => readFile(path.join(samples, file)));
  const python = String(made('keras', initialModel(text, graph!, dataset!))['']);
  assert.match(python, /hidden2 = ActivityL1\(0\.001, name="hidden2_activity"\)\(hidden2\)/);
  assert.match(python, /class ActivityL1/);
  assert.doesNotMatch(python, /activity_regularizer/);
});

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
