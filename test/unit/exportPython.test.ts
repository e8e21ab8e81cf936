import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { networks } from '../../scripts/exportTrial/networks.ts';
import { checkNetwork } from '../../src/engine/check.ts';
import { exportTargets } from '../../src/engine/export/index.ts';
import { initialModel } from '../../src/engine/export/model.ts';
import type { ExportFiles } from '../../src/engine/export/target.ts';

const root = path.resolve(import.meta.dirname, '../..');

async function exported(id: string, text: string): Promise<ExportFiles> {
  const { graph, dataset, problems } = await checkNetwork(text, (file) => readFile(path.join(root, 'samples', file)));
  assert.ok(graph && dataset, problems.map(({ message }) => message).join('\n'));
  const target = exportTargets.find((row) => row.id === id)!;
  assert.equal(target.holds, 'weights');
  return target.make(initialModel(text, graph, dataset), 'network');
}

// What Python computes from these files is measured by scripts/exportTrial, which needs PyTorch.
for (const id of ['pytorch', 'keras']) {
  describe(`the export to ${id}`, () => {
    it('writes iris as it is kept, its weights beside it', async () => {
      const files = await exported(id, readFileSync(path.join(root, 'samples/iris.nn.json'), 'utf8'));
      assert.equal(files[''], readFileSync(path.join(root, `test/fixtures/export/iris.${id}.py`), 'utf8'));
      assert.ok(files['.safetensors'] instanceof Uint8Array);
    });

    it('has words for every layer, activation and formula, and names that Python takes', async () => {
      const texts = [...networks.values()].map((file) => JSON.stringify(file));
      const named = texts[0]!.replace('"id":"type"', '"id":"train"');
      for (const text of [...texts, named]) {
        const python = String((await exported(id, text))['']);
        assert.doesNotMatch(python, /undefined|NaN|\[object/, text);
        assert.doesNotMatch(python, /^\s*(self\.)?(train|in|x-1)\b =/m, text);
      }
    });
  });
}
