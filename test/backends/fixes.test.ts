import assert from 'node:assert/strict';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { checkNetwork } from '../../src/engine/check.ts';
import { applyEdits } from '../../src/engine/spec/edit.ts';
import { fixEdits, type Fix } from '../../src/engine/spec/fix.ts';
import { parse } from '../../src/engine/spec/parse.ts';
import { Trainer } from '../../src/engine/training/trainer.ts';
import type { WarningEvent } from '../../src/engine/training/events.ts';
import { faulty } from './specimens.ts';
import { wasm } from './wasmSupport.ts';

const dense = (id: string, more: object = {}) => ({ id, type: 'dense', units: 8, ...more });
const output = { id: 'output', type: 'dense', units: 1, activation: 'sigmoid', weights: 'glorot_uniform' };
const file = (layers: readonly object[], more: object = {}, rate = 0.05) => ({
  ...{ version: 1, seed: 1, data: { source: 'circles', samples: 200 }, layers: [...layers, output] },
  ...{ training: { optimizer: { name: 'sgd', learningRate: rate }, epochs: 20 }, ...more },
});
const regularization = { l2: 0.01 };

/** Networks that have part of the remedy already. */
const half: readonly [name: string, file: object, rule: string, titles: readonly string[]][] = [
  [
    'units that die with a bias of 0.1',
    file([dense('a', { bias: 0.1 }), dense('b', { bias: 0.1 })], {}, 10),
    'dying_relu',
    ['Set the learning rate to 1', 'Use leaky_relu in "a"', 'Use prelu in "a"', 'Add batch normalization behind "a"'],
  ],
  [
    'weights that grow under an l2 penalty',
    file([dense('a', { weights: { name: 'normal', stddev: 0.5 } })], { defaults: { regularization } }, 250),
    'exploding_weights',
    ['Set the learning rate to 25', 'Make the l2 penalty of "a" ten times as strong'],
  ],
  [
    'noisy points learned by heart under an l2 penalty',
    {
      ...file([dense('a', { units: 128, bias: 0.1 })], { defaults: { regularization: { l2: 1e-6 } } }),
      data: { source: 'moons', samples: 60, noise: 0.5 },
      training: { optimizer: { name: 'adam', learningRate: 0.01 }, epochs: 300, batchSize: 'all' },
    },
    'overfitting',
    ['End after 8 epochs', 'Add dropout behind "a"', 'Make the l2 penalty of 2 layers ten times as strong'],
  ],
  [
    'relu6 that a bias puts to sleep',
    file([dense('a', { activation: 'relu6', bias: -9 })]),
    'born_dead',
    ['Set the negative bias to 0.1'],
  ],
  [
    'a formula that is 0 for weights that are 0',
    file([dense('a', { activation: { name: 'custom', formula: 'min(x, 0)' }, weights: 'zeros' })]),
    'born_dead',
    ['Use he_normal weights in "a"'],
  ],
  [
    'a dead block behind a convolution of zeros',
    {
      ...file([]),
      data: { source: 'glyphs', samples: 60 },
      layers: [
        { id: 'c', type: 'conv2d', filters: 2, kernelSize: 3, weights: 'zeros', activation: 'linear' },
        { id: 'n', type: 'batch_norm' },
        { id: 'd', type: 'activation', activation: 'relu' },
        { type: 'flatten' },
        { ...output, units: 10, activation: 'softmax' },
      ],
    },
    'born_dead',
    ['Use he_normal weights in "c"'],
  ],
];

/** Trains a network and gives what is said of it. */
async function warningsOf(text: string, backend: Backend): Promise<WarningEvent[]> {
  const { graph, dataset } = await checkNetwork(text, () => Promise.reject(new Error('no file')));
  const warnings: WarningEvent[] = [];
  const trainer = await Trainer.create(graph!, dataset!, backend, {
    run: 'test',
    reason: 'test',
    onEvent: (event) => {
      if (event.event === 'warning') warnings.push(event);
    },
    yield: () => Promise.resolve(),
  });
  await trainer.begin();
  await trainer.run();
  trainer.dispose();
  return warnings;
}

/** All that a network says of itself, defaults filled in. */
const meaning = (text: string) => JSON.stringify({ ...parse(text).network!, written: null });

const withFix = (text: string, fix: Fix) => applyEdits(text, fixEdits(text, fix));

describe('Fixes', () => {
  let backend: Backend;
  before(async () => {
    backend = await wasm('simd');
  });

  for (const [name, network, rule, titles] of half) {
    it(`of ${name} are what is left to do`, async () => {
      const text = JSON.stringify(network, null, 2);
      const { fixes } = (await warningsOf(text, backend)).find((warning) => warning.rule === rule)!;
      assert.deepEqual(
        fixes.map(({ title }) => title),
        titles,
      );
    });
  }

  it('change the network, and leave no error in it', async () => {
    const files = [...half.map(([, file]) => file), ...faulty.map(({ file }) => file)];
    for (const text of files.map((file) => JSON.stringify(file, null, 2))) {
      for (const fix of (await warningsOf(text, backend)).flatMap(({ fixes }) => fixes)) {
        const after = withFix(text, fix);
        assert.notEqual(meaning(after), meaning(text), `${fix.title}\n${text}`);
        const { problems } = await checkNetwork(after, () => Promise.reject(new Error('no file')));
        assert.deepEqual(
          problems.filter(({ severity }) => severity === 'error'),
          [],
          fix.title,
        );
      }
    }
  });
});
