import { sizeOf } from '../../engine/layers/index.ts';
import type { LookRequest } from '../../engine/look/look.ts';
import type { Level } from '../designer/layout.ts';
import type { DrawnLayer } from '../document.ts';
import type { Panel } from '../store.ts';

/** Most outputs that are drawn as bars. */
export const mostBars = 10;

/** Whether a layer's outputs are pictures, one a channel. */
export const showsMaps = ({ shape }: DrawnLayer): boolean => shape?.length === 3;

/** Whether a layer is the output and has one bar a class. */
export function showsBars(panel: Panel, { index, shape }: DrawnLayer): boolean {
  const { layers, data } = panel.drawing ?? {};
  const size = shape ? sizeOf(shape) : 0;
  return data?.task === 'classification' && index === (layers?.length ?? 0) - 1 && size > 1 && size <= mostBars;
}

/** Whether a layer is the output of a network over a plane, and so has a picture of it. */
export function showsField(panel: Panel, { index, shape }: DrawnLayer): boolean {
  const { layers, data } = panel.drawing ?? {};
  return index === (layers?.length ?? 0) - 1 && shape !== undefined && sizeOf(shape) === 1 && isPlane(data?.inputShape);
}

const isPlane = (shape: readonly number[] | undefined): boolean => shape !== undefined && sizeOf(shape) === 2;

/** What of the network itself is in view: nothing is worked out that nobody sees. */
export function wants(panel: Panel, level: Level): LookRequest {
  const { view, drawing } = panel;
  const layers = drawing?.layers ?? [];
  const selected = panel.selectedLayer;
  const cards = layers.filter((layer) => level !== 'S' || layer === selected);
  const maps = cards.filter((layer) => showsMaps(layer) || showsBars(panel, layer)).map(({ layer }) => layer.id);
  const output =
    view.chart === 'Output' ||
    (view.chart === 'Overview' && innerWidth >= 960) ||
    cards.some((layer) => showsField(panel, layer));
  const summed = selected?.layer.fields.activation !== undefined && view.inspector;
  const unit = view.chart === 'Unit' && selected && (selected.graph?.units ?? 0) > 0;
  return {
    output,
    sample: view.sample,
    maps,
    ...(summed ? { histogram: selected.layer.id } : {}),
    ...(unit ? { unit: { layer: selected.layer.id, unit: Math.min(view.unit, selected.graph!.units - 1) } } : {}),
  };
}
