import type { Geometry, Op, Plan } from '../../plan/plan.ts';
import { fewestPatches, mostPatchValues, patchValues } from './opcodes.ts';

/** Values that a block of tiles may hold on its way through a Winograd convolution: about what a second-level cache has room for. */
const blockValues = 98304;
/** Tiles a block has at least: shorter ones would read the kernel, transformed, too often. */
const fewestTiles = 64;
/** Below this many channels the transforms cost more than they save. */
const fewestChannels = 16;

/** Tiles of 2 × 2 outputs that a convolution works through at a time by Winograd's way (kernels/winograd.ts); 0: it goes the direct one. */
export function winogradTiles(g: Geometry): number {
  const { channels, outChannels } = g;
  const fits =
    g.kernelHeight === 3 &&
    g.kernelWidth === 3 &&
    g.strideY === 1 &&
    g.strideX === 1 &&
    channels % 4 === 0 &&
    outChannels % 4 === 0 &&
    Math.min(channels, outChannels) >= fewestChannels;
  if (!fits) return 0;
  const tiles = Math.floor(blockValues / (16 * (channels + outChannels)) / 4) * 4;
  return Math.max(tiles, fewestTiles);
}

/** Values for both ways of a convolution: the transformed kernel, both transformed blocks of tiles, a pixel and its surroundings. */
function winogradValues({ channels, outChannels }: Geometry, tiles: number): number {
  const up = (size: number) => Math.ceil(size / 8) * 8;
  const [c, f] = [up(channels), up(outChannels)];
  return 16 * c * f + 16 * (tiles * (c + f) + 32) + 16 + Math.max(c, f);
}

/** Bytes that the convolutions of a plan need beside their inputs and outputs. */
export function patchBytes(plan: Plan): number {
  const { forward, backward } = plan.train;
  const values = [...forward, ...backward, ...plan.evaluate.forward].map((op: Op) => {
    if (op.op !== 'conv' && op.op !== 'conv_input' && op.op !== 'conv_weights') return 0;
    const g = op.geometry;
    const tiles = winogradTiles(g);
    if (tiles > 0) return winogradValues(g, tiles);
    const patch = g.kernelHeight * g.kernelWidth * g.channels;
    return Math.max(patchValues, Math.min(fewestPatches * patch, mostPatchValues), patch);
  });
  return 4 * values.reduce((most, value) => Math.max(most, value), 0);
}
