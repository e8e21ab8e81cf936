import assert from 'node:assert/strict';
import { exportJson, movedTo } from '../../src/engine/export/json.ts';
import { parse } from '../../src/engine/spec/parse.ts';
import type { Network } from '../../src/engine/spec/network.ts';

const networkOf = (text: string): Network => {
  const { network, problems } = parse(text);
  assert.ok(network, problems.map(({ message }) => message).join('\n'));
  return network;
};

const files: Record<string, object> = {
  'that says almost nothing': { version: 1, data: { source: 'xor' }, layers: [{ type: 'dense', units: 1 }] },
  'that says almost everything': {
    version: 1,
    name: 'Ünusual "names"',
    seed: 7,
    data: {
      source: 'file',
      path: 'data/x.csv',
      format: 'csv',
      target: ['a', 3],
      task: 'classification',
      missing: 'mean',
      inputShape: [8, 8, 1],
      split: { train: 0.5, test: 0.5 },
      scale: { method: 'minmax', range: [-1, 1] },
    },
    defaults: { activation: { name: 'leaky_relu' }, bias: 0.1, regularization: { l2: 0.01 } },
    layers: [
      { type: 'conv2d', filters: 4, kernelSize: [3, 5], padding: 'same', bias: false, regularization: { l1: 0.5 } },
      { type: 'max_pool2d', poolSize: [2, 1] },
      { type: 'activation', activation: 'elu' },
      { type: 'flatten' },
      { type: 'dropout' },
      { type: 'dense', units: 5, weights: { name: 'uniform', min: -1, max: 1 }, bias: { name: 'normal', stddev: 0.1 } },
      { id: 'last', type: 'dense', units: 2, inputs: ['dense'], activation: 'softmax', weights: 'zeros' },
    ],
    training: {
      loss: 'huber',
      optimizer: { name: 'adam', betas: [0.8, 0.9] },
      batchSize: 'all',
      epochs: 3,
      shuffle: false,
    },
    expect: [{ metric: 'layers.last.dead', op: '<=', value: 1 }],
  },
  'with momentum': {
    version: 1,
    data: { source: 'moons', samples: 10, noise: 0 },
    layers: [{ type: 'dense', units: 1, activation: 'sigmoid' }],
    training: { optimizer: { name: 'sgd', momentum: 0.9, nesterov: true, clipNorm: 1 } },
  },
};

describe('Export to network JSON', () => {
  it('names the data file as seen from the folder it goes to', () => {
    const network = networkOf(JSON.stringify(files['that says almost everything']));
    const seenFrom = (now: string, path = 'data/x.csv') =>
      movedTo({ ...network, data: { ...network.data, path } }, '/home/nets', now).data.path;
    assert.equal(seenFrom('/home/nets', './data/x.csv'), './data/x.csv');
    assert.equal(seenFrom('/home'), 'nets/data/x.csv');
    assert.equal(seenFrom('/home/nets/data'), 'x.csv');
    assert.equal(seenFrom('/home/nets/deeper/still'), '../../data/x.csv');
    assert.equal(seenFrom('/tmp', '..\\x.csv'), '../home/x.csv');
    assert.equal(seenFrom('/', '../../x.csv'), 'x.csv');
    const data = { ...network.data, path: 'x.npy', labels: 'y.npy' };
    assert.equal(movedTo({ ...network, data }, '/home/nets', '/home').data.labels, 'nets/y.npy');
  });

  for (const [name, file] of Object.entries(files)) {
    it(`gives an equal network when a file ${name} is read again`, () => {
      const network = networkOf(JSON.stringify(file));
      const { written: _, ...again } = networkOf(exportJson(network));
      const { written: _written, ...all } = network;
      assert.deepEqual(again, all);
      assert.equal(exportJson(networkOf(exportJson(network))), exportJson(network));
    });
  }

  it('writes out every default', () => {
    const written = JSON.parse(exportJson(networkOf(JSON.stringify(files['that says almost nothing']))));
    assert.deepEqual(written, {
      version: 1,
      seed: 0,
      data: {
        source: 'xor',
        samples: 1000,
        noise: 0.1,
        missing: 'error',
        split: { train: 0.8, validation: 0.2, test: 0 },
        scale: { method: 'standardize' },
      },
      layers: [
        {
          id: 'dense',
          type: 'dense',
          inputs: ['input'],
          units: 1,
          activation: 'relu',
          weights: 'he_normal',
          bias: 0,
          regularization: { l1: 0, l2: 0, activityL1: 0 },
        },
      ],
      training: {
        target: 'label',
        optimizer: { name: 'sgd', learningRate: 0.01, momentum: 0, nesterov: false, weightDecay: 0, clipNorm: 0 },
        batchSize: 32,
        epochs: 100,
        schedule: { name: 'constant', warmupSteps: 0 },
        shuffle: true,
      },
    });
  });
});
