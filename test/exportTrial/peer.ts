import type { OnnxSource } from '../../src/engine/export/onnx.ts';

/** Exports a network, runs the export on rows in the data's own units, and gives all outputs. */
export type Peer = (model: OnnxSource, raw: Float32Array, rows: number) => Promise<Float32Array | 'refused'>;
