import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-wasm';
import type { Run } from './peer.ts';
import { dataOf, kernelsOf, sizeOf, type Workload } from './workloads.ts';

declare const origin_: string;

/** A layers model trained with `trainOnBatch`, as its guide says. */
export async function prepareTensorFlow(workload: Workload, backend: 'cpu' | 'wasm' | 'webgpu'): Promise<Run> {
  if (backend === 'wasm') setWasmPaths(`${origin_}/`);
  if (!(await tf.setBackend(backend))) throw new Error(`no ${backend} backend`);
  await tf.ready();
  const { batch, classes, input, samples } = workload;
  const model = tf.sequential();
  const shape = () => (model.layers.length === 0 ? { inputShape: [...input] } : {});
  for (const layer of workload.layers) {
    if (layer.type === 'dense') {
      const activation = layer.activation === 'softmax' ? 'linear' : layer.activation;
      model.add(tf.layers.dense({ units: layer.units, activation, ...shape() }));
    } else if (layer.type === 'conv' && !layer.norm) {
      const fields = { filters: layer.filters, kernelSize: 3, padding: 'same', activation: 'relu' } as const;
      model.add(tf.layers.conv2d({ ...fields, ...shape() }));
    } else if (layer.type === 'pool') model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
    else if (layer.type === 'flatten') model.add(tf.layers.flatten());
    else throw new Error('not built with TensorFlow.js');
  }
  const kernels = kernelsOf(workload);
  for (const layer of model.layers) {
    if (layer.weights.length === 0) continue;
    const { shape, values } = kernels.shift()!;
    layer.setWeights([tf.tensor(values, shape), tf.zeros([shape.at(-1)!])]);
  }
  const binary = classes === 2;
  model.compile({
    optimizer:
      workload.optimizer === 'adam' ? tf.train.adam(workload.rate, 0.9, 0.999, 1e-8) : tf.train.sgd(workload.rate),
    // Its 'categoricalCrossentropy' takes probabilities, which it keeps from 10⁻⁷ to 1: on c the first losses, and their gradients, are others then.
    loss: binary ? 'binaryCrossentropy' : (wanted, z) => tf.losses.softmaxCrossEntropy(wanted, z),
  });
  const { features, labels } = dataOf(workload);
  const train = Math.floor((samples * 0.8) / batch) * batch;
  const width = sizeOf(input);
  const batches = Array.from({ length: train / batch }, (_, i) => {
    const x = tf.tensor(features.slice(i * batch * width, (i + 1) * batch * width), [batch, ...input]);
    const some = labels.slice(i * batch, (i + 1) * batch);
    const y = binary
      ? tf.tensor(some, [batch, 1])
      : tf.oneHot(tf.tensor1d(Int32Array.from(some), 'int32'), classes).toFloat();
    return { x, y };
  });
  let at = 0;
  return {
    async steps(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const { x, y } = batches[at]!;
        sum += (await model.trainOnBatch(x, y)) as number;
        at = (at + 1) % batches.length;
      }
      return sum / count;
    },
    dispose: () => model.dispose(),
  };
}
