import { sizeOf } from '../layers/index.ts';
import type { FieldsLook } from './look.ts';
import type { Looker } from './looker.ts';
import { planeOf } from './output.ts';
import type { LookSession, WeightsNow } from './session.ts';

/** Cells a side, at most: as many as a picture the size of a thumb shows. */
const most = 28;

/** What the units of some layers answer all over the plane; undefined where there is none. */
export async function fieldsLook(
  { data, network }: Looker,
  ids: readonly string[],
  session: LookSession,
  weights: WeightsNow,
  affordable: number,
): Promise<FieldsLook | undefined> {
  const layers = network.layers.filter(({ layer, shape }) => ids.includes(layer.id) && shape.length === 1);
  if (sizeOf(data.inputShape) !== 2 || layers.length === 0) return undefined;
  const cells = Math.min(most, affordable);
  const taps = layers.map(({ layer }) => ({ layer: layer.id, at: 'a' as const }));
  const tapped = await session.read(taps, planeOf(data, cells).features, weights);
  return {
    cells,
    layers: layers.map(({ layer, units }, k) => {
      const values = new Float32Array(cells * cells * units);
      for (let row = 0; row < cells; row++)
        for (let column = 0; column < cells; column++) {
          const to = ((cells - 1 - row) * cells + column) * units;
          values.set(tapped.row(taps[k]!, row * cells + column)!, to);
        }
      return { layer: layer.id, units, values };
    }),
  };
}
