import type { ExportModel } from '../../src/engine/export/target.ts';

/** Exports a network, runs the export on rows in the data's own units, and gives all outputs; or says why there are none. */
export type Peer = (
  model: ExportModel,
  raw: Float32Array,
  rows: number,
) => Promise<ArrayLike<number> | 'refused' | 'compiled'>;
