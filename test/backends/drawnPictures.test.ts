import assert from 'node:assert/strict';
import { checkNetwork } from '../../src/engine/check.ts';
import type { EndEvent } from '../../src/engine/training/events.ts';
import { Trainer } from '../../src/engine/training/trainer.ts';
import { wasm } from './wasmSupport.ts';

/** Validation accuracy of a network whose last layers are a hidden one and softmax, once trained. */
async function accuracy(data: object, layers: readonly object[], epochs: number): Promise<number> {
  const head = [
    { type: 'flatten' },
    { type: 'dense', units: 48 },
    { type: 'dense', units: 10, activation: 'softmax', weights: 'glorot_uniform' },
  ];
  const training = { optimizer: { name: 'adam', learningRate: 0.003 }, epochs };
  const text = JSON.stringify({ version: 1, seed: 1, data, layers: [...layers, ...head], training });
  const { graph, dataset, problems } = await checkNetwork(text, () => Promise.reject(new Error('nothing is read')));
  assert.ok(graph && dataset, problems.map(({ message }) => message).join('\n'));
  let end: EndEvent | undefined;
  const trainer = await Trainer.create(graph, dataset, await wasm('simd'), {
    run: 'drawn',
    reason: 'test',
    onEvent: (event) => {
      if (event.event === 'end') end = event;
    },
    yield: () => Promise.resolve(),
  });
  await trainer.begin();
  await trainer.run();
  return end!.final!.validation!.accuracy!;
}

const conv = (filters: number, kernelSize: number, strides: number) => [
  { type: 'conv2d', filters, kernelSize, strides, padding: 'same' },
  { type: 'max_pool2d' },
];

describe('Drawn pictures are learned', () => {
  it('of digits better by a convolutional network than by a dense one', async () => {
    const data = { source: 'glyphs', samples: 2000 };
    const convolutional = await accuracy(data, [...conv(8, 5, 1), ...conv(16, 3, 1)], 8);
    const dense = await accuracy(data, [], 8);
    assert.ok(convolutional > 0.9, `${convolutional}`);
    assert.ok(dense > 0.6 && dense < convolutional - 0.03, `${dense}, convolutional ${convolutional}`);
  });

  it('of shapes by a convolutional network, while a dense one sees little', async () => {
    const data = { source: 'shapes', samples: 1500, noise: 0.05 };
    const convolutional = await accuracy(data, [...conv(12, 5, 2), ...conv(24, 3, 1)], 10);
    const dense = await accuracy(data, [], 10);
    assert.ok(convolutional > 0.45, `${convolutional}`);
    assert.ok(dense < convolutional - 0.15, `${dense}, convolutional ${convolutional}`);
  });
});
