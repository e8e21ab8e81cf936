import { createRequire } from 'node:module';
import path from 'node:path';
import { ExportError } from '../../src/engine/export/target.ts';
import { exportTfjs, weightsEnding } from '../../src/engine/export/tfjs.ts';
import type { Peer } from './peer.ts';

interface Tensor {
  data(): Promise<Float32Array>;
}
interface TensorFlow {
  ready(): Promise<void>;
  loadLayersModel(handler: object): Promise<{ predict(input: unknown): Tensor; dispose(): void }>;
  tensor(values: Float32Array, shape: readonly number[]): Tensor;
  disposeVariables(): void;
}

/** TensorFlow.js on its plain backend, that runs everywhere. */
export async function tfjs(folder: string): Promise<Peer> {
  const tf = createRequire(path.resolve(folder, 'package.json'))('@tensorflow/tfjs') as TensorFlow;
  await tf.ready();
  return async (model, raw, rows) => {
    let files;
    try {
      files = exportTfjs(model, 'model');
    } catch (error) {
      if (error instanceof ExportError) return 'refused';
      throw error;
    }
    const { modelTopology, weightsManifest } = JSON.parse(files[''] as string) as {
      modelTopology: object;
      weightsManifest: { weights: object[] }[];
    };
    const bytes = files[weightsEnding] as Uint8Array;
    const artifacts = { modelTopology, weightSpecs: weightsManifest[0]!.weights, weightData: bytes.buffer };
    const loaded = await tf.loadLayersModel({ load: () => Promise.resolve(artifacts) });
    const output = await loaded.predict(tf.tensor(raw, [rows, ...model.graph.data.inputShape])).data();
    loaded.dispose();
    return output;
  };
}
