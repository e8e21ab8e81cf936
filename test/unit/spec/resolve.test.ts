import assert from 'node:assert/strict';
import { parse } from '../../../src/engine/spec/parse.ts';
import type { Network } from '../../../src/engine/spec/network.ts';

function networkOf(file: { layers?: object[]; data?: object; [key: string]: unknown }): Network {
  const { network, problems } = parse(
    JSON.stringify({ version: 1, data: { source: 'xor' }, layers: [{ type: 'dense', units: 1 }], ...file }),
  );
  assert.ok(network, problems.map(({ message }) => message).join('\n'));
  return network;
}

describe('Filling in defaults', () => {
  it('names layers by type in file order, skipping ids in use, and chains their inputs', () => {
    const { layers } = networkOf({
      layers: [
        { type: 'dense', units: 1 },
        { id: 'dense_1', type: 'dense', units: 1 },
        { type: 'dense', units: 1 },
        { type: 'dropout', inputs: ['dense_2'] },
        { id: 'dense_4', type: 'dense', units: 1 },
        { type: 'dense', units: 1 },
      ],
    });
    assert.deepEqual(
      layers.map(({ id }) => id),
      ['dense', 'dense_1', 'dense_2', 'dropout', 'dense_4', 'dense_3'],
    );
    assert.deepEqual(
      layers.map(({ inputs }) => inputs[0]),
      ['input', 'dense', 'dense_1', 'dense_2', 'dropout', 'dense_4'],
    );
  });

  it('takes weights and the like from the layer, else from `defaults`, else relu, he_normal, 0', () => {
    const layers = [
      { type: 'dense', units: 1, activation: 'tanh', bias: false, regularization: { l1: 0.5 } },
      { type: 'dense', units: 1 },
    ];
    const bare = networkOf({ layers }).layers[1]!.fields;
    assert.deepEqual(bare, {
      units: 1,
      activation: { name: 'relu', parameters: {} },
      weights: { name: 'he_normal', parameters: {} },
      bias: { name: 'constant', parameters: { value: 0 } },
      regularization: { l1: 0, l2: 0, activityL1: 0 },
    });
    const defaults = {
      activation: 'leaky_relu',
      weights: { name: 'normal', stddev: 0.1 },
      bias: { name: 'uniform', min: 0, max: 1 },
      regularization: { l1: 0.1, l2: 0.2 },
    };
    const [own, fallen] = networkOf({ layers, defaults }).layers.map(({ fields }) => fields);
    assert.deepEqual(own, {
      units: 1,
      activation: { name: 'tanh', parameters: {} },
      weights: { name: 'normal', parameters: { stddev: 0.1 } },
      bias: false,
      regularization: { l1: 0.5, l2: 0.2, activityL1: 0 },
    });
    assert.deepEqual(fallen, {
      units: 1,
      activation: { name: 'leaky_relu', parameters: { slope: 0.01 } },
      weights: { name: 'normal', parameters: { stddev: 0.1 } },
      bias: { name: 'uniform', parameters: { min: 0, max: 1 } },
      regularization: { l1: 0.1, l2: 0.2, activityL1: 0 },
    });
  });

  it('gives a pool its own size as strides, a convolution 1', () => {
    const { layers } = networkOf({
      layers: [
        { type: 'conv2d', filters: 2, kernelSize: 3 },
        { type: 'max_pool2d', poolSize: [2, 3] },
        { type: 'max_pool2d', strides: 1 },
      ],
    });
    assert.equal(layers[0]!.fields.strides, 1);
    assert.equal(layers[0]!.fields.padding, 'valid');
    assert.deepEqual(layers[1]!.fields.strides, [2, 3]);
    assert.deepEqual([layers[2]!.fields.poolSize, layers[2]!.fields.strides], [2, 1]);
  });

  it('splits 0.8 to 0.2 and standardizes; a part that is left out is 0', () => {
    const { data, seed, name } = networkOf({});
    assert.deepEqual(data, {
      source: 'xor',
      samples: 1000,
      noise: 0.1,
      missing: 'error',
      split: { train: 0.8, validation: 0.2, test: 0 },
      scale: { method: 'standardize' },
    });
    assert.deepEqual([seed, name], [0, '']);
    const own = networkOf({ data: { source: 'xor', split: { train: 1 }, scale: 'none' } }).data;
    assert.deepEqual(own.split, { train: 1, validation: 0, test: 0 });
    assert.deepEqual(own.scale, { method: 'none' });
  });

  it("knows PyTorch's hyper-parameters, and how many slots an optimiser needs", () => {
    const none = { momentum: 0, nesterov: false, beta1: 0, beta2: 0, rho: 0, epsilon: 0, weightDecay: 0, clipNorm: 0 };
    const optimizerOf = (optimizer?: unknown) => {
      const { training } = networkOf(optimizer === undefined ? {} : { training: { optimizer } });
      return { learningRate: training.learningRate, ...training.optimizer };
    };
    assert.deepEqual(optimizerOf(), { ...none, name: 'sgd', learningRate: 0.01, slotCount: 0 });
    assert.deepEqual(optimizerOf({ name: 'sgd', momentum: 0.9, learningRate: 1 }), {
      ...none,
      name: 'sgd',
      learningRate: 1,
      momentum: 0.9,
      slotCount: 1,
    });
    assert.deepEqual(optimizerOf('adam'), {
      ...none,
      name: 'adam',
      learningRate: 0.001,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      slotCount: 2,
    });
    assert.deepEqual(optimizerOf({ name: 'adam', betas: [0.5, 0.6], clipNorm: 1 }).beta2, 0.6);
  });

  it('leaves the loss to the data and trains 100 epochs of shuffled batches of 32', () => {
    const { loss, batchSize, epochs, shuffle } = networkOf({}).training;
    assert.deepEqual([loss, batchSize, epochs, shuffle], [undefined, 32, 100, true]);
  });
});
