import assert from 'node:assert/strict';
import { activations } from '../../../src/engine/activations/index.ts';
import { ReferenceSession } from '../../../src/engine/backends/reference/index.ts';
import type { Dataset } from '../../../src/engine/data/dataset.ts';
import { compile } from '../../../src/engine/plan/compile.ts';
import type { Graph } from '../../../src/engine/graph.ts';
import { initialParameters } from '../../../src/engine/training/initialize.ts';
import { graphOf, smallData, written } from './networks.ts';

const step = { step: 1, batchOffset: 0, learningRate: 0, correction1: 1, correction2: 1, observe: false };

/** Holds every gradient of a network against central differences of its loss, penalties in, all in float64. */
async function gradientsAgree(graph: Graph, data: Dataset): Promise<void> {
  const plan = compile(graph, data.samples, data.samples);
  const session = new ReferenceSession(plan, graph.network.seed);
  session.setData(data.features, data.targets);
  session.setParameters(initialParameters(graph, plan));
  session.setOrder(data.parts.train);
  const rows = [{ ...step, rows: data.samples }];
  const total = async () => {
    const { loss, penalty } = await session.run(rows);
    return loss + penalty;
  };
  await total();
  const { parameters, gradients } = session.memory.arenas;
  const analytic = gradients.slice();
  let checked = 0;
  for (const tensor of plan.parameters) {
    for (let i = tensor.offset; i < tensor.offset + tensor.size; i += Math.max(1, Math.floor(tensor.size / 40))) {
      const kept = parameters[i]!;
      const h = 1e-6 * Math.max(1, Math.abs(kept));
      parameters[i] = kept + h;
      const above = await total();
      parameters[i] = kept - h;
      const below = await total();
      parameters[i] = kept;
      const numeric = (above - below) / (2 * h);
      const error = Math.abs(numeric - analytic[i]!) / Math.max(1e-3, Math.abs(numeric) + Math.abs(analytic[i]!));
      assert.ok(error < 1e-5, `${tensor.name}[${i - tensor.offset}]: ${analytic[i]} against ${numeric}`);
      checked++;
    }
  }
  assert.ok(checked > 0);
}

const dense = (units: number, rest: object = {}) => ({
  type: 'dense',
  units,
  bias: { name: 'normal', stddev: 0.3 },
  ...rest,
});

describe('gradients agree with finite differences', () => {
  for (const { name } of activations) {
    it(`through ${name}, dense`, async () => {
      const data = smallData([5], 'regression', 2, 7);
      const layers = [dense(6, { activation: written(name) }), dense(2, { activation: 'linear' })];
      await gradientsAgree(graphOf({ layers, training: { loss: 'mean_squared_error' } }, data), data);
    });
    it(`through ${name} as a layer of its own after a convolution`, async () => {
      const data = smallData([5, 4, 2], 'regression', 2, 3);
      const layers = [
        { type: 'conv2d', filters: 4, kernelSize: 3, activation: 'linear' },
        { type: 'activation', activation: written(name) },
        { type: 'flatten' },
        dense(2, { activation: 'linear' }),
      ];
      await gradientsAgree(graphOf({ layers }, data), data);
    });
  }

  it('where the input is activated, added and joined before anything learns', async () => {
    const data = smallData([5], 'regression', 2, 7);
    const of = (id: string, activation: string) => ({ id, type: 'activation', activation, inputs: ['input'] });
    const layers = [
      ...[of('relu', 'relu'), of('tanh', 'tanh'), of('prelu', 'prelu')],
      { id: 'sum', type: 'add', inputs: ['relu', 'tanh'] },
      { id: 'joined', type: 'concat', inputs: ['tanh', 'relu'] },
      { type: 'concat', inputs: ['sum', 'joined', 'prelu'] },
      dense(2, { activation: 'linear' }),
    ];
    await gradientsAgree(graphOf({ layers }, data), data);
  });

  for (const padding of ['same', 'valid']) {
    for (const strides of [1, 2, [1, 2]]) {
      it(`through conv2d and max_pool2d, ${padding}, strides ${JSON.stringify(strides)}`, async () => {
        const data = smallData([7, 6, 2], 'classification', 3, 4);
        const layers = [
          { type: 'conv2d', filters: 3, kernelSize: [3, 2], strides, padding, activation: 'tanh' },
          { type: 'max_pool2d', poolSize: 2, strides: 1, padding },
          { type: 'conv2d', filters: 2, kernelSize: 2, padding, activation: 'tanh', bias: false },
          { type: 'flatten' },
          dense(3, { activation: 'softmax' }),
        ];
        await gradientsAgree(graphOf({ layers }, data), data);
      });
    }
  }

  const outputs = [
    { loss: 'binary_crossentropy', activation: 'sigmoid', units: 1, task: 'classification', outputs: 2 },
    { loss: 'binary_crossentropy', activation: 'sigmoid', units: 3, task: 'classification', outputs: 3 },
    { loss: 'binary_crossentropy', activation: 'hard_sigmoid', units: 1, task: 'classification', outputs: 2 },
    { loss: 'categorical_crossentropy', activation: 'softmax', units: 4, task: 'classification', outputs: 4 },
    { loss: 'categorical_crossentropy', activation: 'sigmoid', units: 3, task: 'classification', outputs: 3 },
    { loss: 'mean_squared_error', activation: 'softmax', units: 3, task: 'classification', outputs: 3 },
    { loss: 'mean_squared_error', activation: 'linear', units: 2, task: 'regression', outputs: 2 },
    { loss: 'mean_absolute_error', activation: 'linear', units: 2, task: 'regression', outputs: 2 },
    { loss: 'huber', activation: 'tanh', units: 2, task: 'regression', outputs: 2 },
  ] as const;
  for (const { loss, activation, units, task, outputs: wanted } of outputs) {
    it(`of ${loss} after ${activation} with ${units} outputs`, async () => {
      const data = smallData([4], task, wanted, 9);
      await gradientsAgree(
        graphOf({ layers: [dense(5, { activation: 'tanh' }), dense(units, { activation })], training: { loss } }, data),
        data,
      );
    });
  }

  for (const padding of ['same', 'valid']) {
    for (const [kernelSize, strides] of [
      [3, 2],
      [2, 3],
      [
        [3, 2],
        [1, 2],
      ],
    ]) {
      it(`through conv2d_transpose, ${padding}, kernel ${JSON.stringify(kernelSize)}, strides ${JSON.stringify(strides)}`, async () => {
        const data = smallData([3, 4, 2], 'regression', 2, 3);
        const layers = [
          { type: 'conv2d', filters: 3, kernelSize: 1, activation: 'tanh' },
          { type: 'conv2d_transpose', filters: 2, kernelSize, strides, padding, activation: 'tanh', bias: 0.2 },
          { type: 'flatten' },
          dense(2, { activation: 'linear' }),
        ];
        await gradientsAgree(graphOf({ layers }, data), data);
      });
    }
  }

  it('through batch_norm and layer_norm, of rows and of pictures', async () => {
    const data = smallData([4, 3, 2], 'regression', 2, 5);
    const layers = [
      { type: 'batch_norm' },
      { type: 'conv2d', filters: 3, kernelSize: 2, activation: 'tanh' },
      { type: 'batch_norm', epsilon: 0.01 },
      { type: 'layer_norm' },
      { type: 'flatten' },
      dense(4, { activation: 'linear' }),
      { type: 'batch_norm' },
      { type: 'activation', activation: 'tanh' },
      dense(3, { activation: 'tanh' }),
      { type: 'layer_norm' },
      dense(2, { activation: 'linear' }),
    ];
    await gradientsAgree(graphOf({ layers }, data), data);
  });

  it('through average pooling, upsampling and reshape', async () => {
    const data = smallData([16], 'regression', 2, 4);
    const layers = [
      dense(24, { activation: 'tanh' }),
      { type: 'reshape', shape: [4, 3, 2] },
      { type: 'avg_pool2d', poolSize: 2, strides: 1, padding: 'same' },
      { type: 'upsample2d', size: [2, 1] },
      { type: 'conv2d', filters: 2, kernelSize: 2, activation: 'tanh' },
      { type: 'global_avg_pool2d' },
      dense(2, { activation: 'linear' }),
    ];
    await gradientsAgree(graphOf({ layers }, data), data);
  });

  it('through skips: a value read three times, added to itself, and joined', async () => {
    const data = smallData([3, 3, 2], 'regression', 2, 4);
    const layers = [
      { id: 'a', type: 'conv2d', filters: 3, kernelSize: 2, padding: 'same', activation: 'tanh' },
      { id: 'b', type: 'conv2d', filters: 3, kernelSize: 2, padding: 'same', activation: 'prelu' },
      { id: 'sum', type: 'add', inputs: ['a', 'b', 'a'] },
      { id: 'noise', type: 'gaussian_noise', inputs: ['sum'] },
      { id: 'joined', type: 'concat', inputs: ['noise', 'a', 'input'] },
      { id: 'drop', type: 'dropout', rate: 0.3 },
      { id: 'flat', type: 'flatten' },
      dense(2, { activation: 'linear' }),
    ];
    await gradientsAgree(graphOf({ layers, seed: 5 }, data), data);
  });

  it('through maxout, in dense and convolution, and drawn as a layer of its own', async () => {
    const data = smallData([4, 3, 2], 'regression', 2, 4);
    const three = { name: 'maxout', pieces: 3 };
    const layers = [
      { type: 'conv2d', filters: 4, kernelSize: 2, padding: 'same', activation: three },
      { type: 'conv2d_transpose', filters: 2, kernelSize: 2, activation: 'maxout' },
      { type: 'flatten' },
      dense(8, { activation: 'maxout', regularization: { l1: 0, l2: 0, activityL1: 0.03 } }),
      { type: 'activation', activation: 'maxout' },
      dense(2, { activation: 'linear' }),
    ];
    await gradientsAgree(graphOf({ layers, seed: 5 }, data), data);
  });

  it('with l1, l2 and activity penalties and dropout', async () => {
    const data = smallData([6], 'regression', 1, 8);
    const regularization = { l1: 0.01, l2: 0.02, activityL1: 0.03 };
    const layers = [
      dense(5, { id: 'a', activation: 'tanh', regularization }),
      { type: 'dropout', id: 'b', rate: 0.4 },
      dense(4, { activation: 'softplus', regularization }),
      dense(1, { activation: 'linear', regularization }),
    ];
    await gradientsAgree(graphOf({ layers, seed: 3 }, data), data);
  });
});
