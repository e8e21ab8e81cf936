import { createRequire } from 'node:module';
import path from 'node:path';
import { exportOnnx } from '../../src/engine/export/onnx.ts';
import type { Peer } from './peer.ts';

interface Runtime {
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
  readonly InferenceSession: {
    create(
      bytes: Uint8Array,
      options: object,
    ): Promise<{
      run(feeds: Record<string, unknown>): Promise<Record<string, { data: Float32Array }>>;
      release(): Promise<void>;
    }>;
  };
  readonly env: { wasm: { numThreads: number } };
}

/** ONNX Runtime's build for browsers, which Node runs, too. */
export async function onnx(folder: string): Promise<Peer> {
  const runtime = createRequire(path.resolve(folder, 'package.json'))('onnxruntime-web') as Runtime;
  runtime.env.wasm.numThreads = 1;
  return async (model, raw, rows) => {
    const session = await runtime.InferenceSession.create(exportOnnx(model), {});
    const input = new runtime.Tensor('float32', raw, [rows, ...model.graph.data.inputShape]);
    const { output } = await session.run({ input });
    await session.release();
    return output!.data;
  };
}
