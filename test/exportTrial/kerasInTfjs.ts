import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { applyScaling } from '../../src/engine/data/scale.ts';
import { exportKeras } from '../../src/engine/export/keras.ts';
import type { Peer } from './peer.ts';

interface Tensor {
  readonly shape: readonly number[];
  data(): Promise<Float32Array>;
}
interface Layer {
  getWeights(): Tensor[];
  setWeights(weights: Tensor[]): void;
}
interface TensorFlow {
  ready(): Promise<void>;
  loadLayersModel(handler: object): Promise<{
    getLayer(name: string): Layer;
    predict(input: unknown): Tensor;
    dispose(): void;
  }>;
  tensor(values: Float32Array, shape: readonly number[]): Tensor;
}
/** A call in the exported file, as Python reads it. */
interface Call {
  readonly kind: string;
  readonly given: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
  readonly inputs: readonly string[];
}
interface Calls {
  readonly layers: readonly Call[];
  readonly output: string;
  readonly weights: Readonly<Record<string, readonly string[]>>;
}

/** The arguments that Keras takes by place. */
const places: Readonly<Record<string, readonly string[]>> = {
  ...{ Dense: ['units'], Conv2D: ['filters', 'kernel_size'], Conv2DTranspose: ['filters', 'kernel_size'] },
  ...{ UpSampling2D: ['size'], MaxPooling2D: ['pool_size'], AveragePooling2D: ['pool_size'] },
  ...{ MaxPooling1D: ['pool_size'], GlobalAveragePooling2D: [], Flatten: [], Reshape: ['target_shape'] },
  ...{ Activation: ['activation'], Dropout: ['rate'], GaussianNoise: ['stddev'], PReLU: [] },
  ...{ BatchNormalization: [], LayerNormalization: [], Add: [], Concatenate: [] },
};

/** A layer as Keras's own JSON has it; undefined where its arguments are code, that only Keras could run. */
function configOf({ kind, given, named, inputs }: Call): object | undefined {
  const inbound = [inputs.map((id) => [id, 0, 0, {}])];
  // It gives what it gets.
  if (kind === 'ActivityL1')
    return { class_name: 'Activation', name: named['name'], config: { activation: 'linear' }, inbound_nodes: inbound };
  const order = places[kind];
  if (!order) return undefined;
  const config: Record<string, unknown> = { ...named };
  given.forEach((value, i) => (config[order[i]!] = value));
  // They begin or train what is given here.
  for (const key of Object.keys(config)) if (/_(initializer|regularizer)$/.test(key)) delete config[key];
  // One function by two names, of which TensorFlow.js knows the other.
  if (config['activation'] === 'silu') config['activation'] = 'swish';
  if (Object.values(config).some((value) => value && typeof value === 'object' && 'code' in value)) return undefined;
  return { class_name: kind, name: named['name'], config, inbound_nodes: inbound };
}

/**
 * Keras files in another implementation of Keras's layers, for want of Keras: Python reads which layers `build` makes with which arguments, TensorFlow.js
 * makes them, and gets the weights in the order the file names. What is shown is that layers, arguments, and the order and layout of weights mean
 * what they must; not that Keras runs the file. Lambdas are left out.
 */
export async function kerasInTfjs(folder: string): Promise<Peer> {
  const tf = createRequire(path.resolve(folder, 'package.json'))('@tensorflow/tfjs') as TensorFlow;
  await tf.ready();
  const place = await fs.mkdtemp(path.join(os.tmpdir(), 'rectifier-export-'));
  const reader = spawn('python3', [path.join(import.meta.dirname, 'kerasCalls.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  reader.unref();
  const answers = createInterface({ input: reader.stdout })[Symbol.asyncIterator]();
  return async (model, raw, rows) => {
    const file = path.join(place, 'network.py');
    await fs.writeFile(file, exportKeras(model)['']!);
    reader.stdin.write(`${file}\n`);
    const { value, done } = await answers.next();
    if (done) throw new Error('Python ended');
    const { layers, output, weights } = JSON.parse(value) as Calls;
    const [input, ...rest] = layers;
    const configs = rest.map(configOf);
    if (configs.some((config) => config === undefined)) return 'refused';
    const shape = input!.given[0] as number[];
    const first = { batch_input_shape: [null, ...shape], dtype: 'float32', name: 'input' };
    const config = {
      name: 'network',
      layers: [{ class_name: 'InputLayer', name: 'input', config: first, inbound_nodes: [] }, ...configs],
      ...{ input_layers: [['input', 0, 0]], output_layers: [[output, 0, 0]] },
    };
    const artifacts = { modelTopology: { model_config: { class_name: 'Model', config } } };
    const made = await tf.loadLayersModel({ load: () => Promise.resolve(artifacts) });
    for (const [name, sources] of Object.entries(weights)) {
      const layer = made.getLayer(name);
      const shapes = layer.getWeights().map((weight) => weight.shape);
      layer.setWeights(sources.map((source, i) => tf.tensor(model.tensors.get(source)!.values, shapes[i]!)));
    }
    const scaled = applyScaling(raw.slice(), model.known.scaling);
    const outputs = await made.predict(tf.tensor(scaled, [rows, ...shape])).data();
    made.dispose();
    return outputs;
  };
}
