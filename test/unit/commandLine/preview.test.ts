import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { FromWorker } from '../../../src/engine/worker/protocol.ts';
import { WorkerSession } from '../../../src/engine/worker/session.ts';
import { wasm } from '../../backends/wasmSupport.ts';
import { workplace } from './support.ts';

const network = {
  version: 1,
  seed: 3,
  data: { source: 'circles', samples: 200 },
  layers: [
    { id: 'narrow', type: 'dense', units: 2 },
    { id: 'norm', type: 'dense', units: 6, activation: 'prelu' },
    { id: 'drop', type: 'dropout', rate: 0.4 },
    { id: 'output', type: 'dense', units: 1, activation: 'sigmoid', weights: 'glorot_uniform' },
  ],
  training: { optimizer: { name: 'adamw', weightDecay: 0.1, learningRate: 0.5 }, batchSize: 16 },
};

describe('rectifier preview', () => {
  const { at, run } = workplace();
  before(() => writeFileSync(at('n.nn.json'), JSON.stringify(network)));

  it('shows what the record of step 0 shows, and the gradient of the first update, bit for bit', async () => {
    const { code, out, err } = await run('preview', 'n.nn.json', '--json');
    assert.deepEqual([code, err], [0, '']);
    const seen = JSON.parse(out);
    const stream = await run('train', 'n.nn.json', '--jsonl', '--steps', '1', '--metrics-every', '1');
    const lines = stream.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const [start, first] = lines.filter(({ event }) => event === 'metrics');
    assert.deepEqual(Object.keys(seen), ['layers', 'bornDeadChance']);
    assert.deepEqual(
      seen.layers,
      start.layers.map((layer: Record<string, unknown>, k: number) => ({
        id: layer['id'],
        units: layer['units'],
        sparsity: layer['sparsity'],
        stdActivation: layer['stdActivation'],
        gradientNorm: first.layers[k].gradientNorm,
        dead: layer['dead'],
      })),
    );
    assert.ok(seen.layers.every(({ gradientNorm }: { gradientNorm: number }) => gradientNorm > 0));
  });

  it('gives what the panel shows while the network is edited, bit for bit', async () => {
    const { out } = await run('preview', 'n.nn.json', '--json');
    const said: FromWorker[] = [];
    const session = new WorkerSession({
      post: (message) => said.push(message),
      yield: () => Promise.resolve(),
      backend: async () => ({ backend: await wasm('simd'), reason: '' }),
    });
    await session.handle({ type: 'preview', text: JSON.stringify(network) });
    assert.deepEqual(said, [{ type: 'previewed', seen: JSON.parse(out) }]);
    await session.handle({
      type: 'preview',
      text: JSON.stringify({ ...network, data: { source: 'file', path: 'a.csv' } }),
    });
    const [, failed] = said;
    assert.ok(failed?.type === 'previewFailed');
    assert.match(failed.message, /a\.csv/);
  });

  it('bounds the chance of a network that is born dead as Lu et al. do', async () => {
    const chance = async (...settings: string[]) => {
      const { out } = await run('preview', 'n.nn.json', '--json', ...settings.flatMap((setting) => ['--set', setting]));
      return JSON.parse(out).bornDeadChance as number;
    };
    assert.equal(await chance(), 1 - (1 - 2 ** -2));
    assert.equal(await chance('layers.norm.activation=relu'), 1 - (1 - 2 ** -2) * (1 - 2 ** -6));
    assert.equal(
      await chance('layers.norm.activation=relu', 'layers.narrow.bias=false'),
      1 - (1 - 2 ** -2) * (1 - 2 ** -6),
    );
    assert.equal(await chance('layers.narrow.bias=0.1'), 0);
    assert.equal(await chance('layers.narrow.weights=rai'), 0);
    assert.equal(await chance('layers.narrow.weights={"name":"uniform","min":0,"max":1}'), 0);
  });

  it('is a table for people, with what the rules say', async () => {
    const { out } = await run('preview', 'n.nn.json', '--set', 'layers.output.weights=he_normal');
    assert.match(out, /^n\.nn\.json, before training, seed 3\n/, 'the file where the network has no name');
    assert.match(out, /layer +units +zeros % +σ +gradient norm +dead\nnarrow +2 /);
    assert.match(out, /at most 25\.0 % of seeds\nwarning activation_init_mismatch: "output" is sigmoid with he_normal/);
  });

  it('refuses a network with errors', async () => {
    const { code, err } = await run('preview', 'n.nn.json', '--set', 'layers.output.units=3');
    assert.equal(code, 1);
    assert.match(err, /^n\.nn\.json:1:\d+: /);
  });
});
