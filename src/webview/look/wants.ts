import { sizeOf } from '../../engine/layers/index.ts';
import type { LookRequest } from '../../engine/look/look.ts';
import type { Level } from '../designer/layout.ts';
import type { Drawing, DrawnLayer } from '../document.ts';
import type { Panel } from '../store.ts';

/** Most outputs that are drawn as bars. */
export const mostBars = 10;

/** What shows a network. */
type Drawn = { readonly drawing: Drawing | undefined };

/** Whether a layer's outputs are pictures, one a channel. */
export const showsMaps = ({ shape }: DrawnLayer): boolean => shape?.length === 3;

/** Whether a layer is the output and has one bar a class. */
export function showsBars(panel: Drawn, { index, shape }: DrawnLayer): boolean {
  const { layers, data } = panel.drawing ?? {};
  const size = shape ? sizeOf(shape) : 0;
  return data?.task === 'classification' && index === (layers?.length ?? 0) - 1 && size > 1 && size <= mostBars;
}

/** Whether a layer is the output of a network over a plane, and so has a picture of it. */
export function showsField(panel: Drawn, { index, shape }: DrawnLayer): boolean {
  const { layers, data } = panel.drawing ?? {};
  return index === (layers?.length ?? 0) - 1 && shape !== undefined && sizeOf(shape) === 1 && isPlane(data?.inputShape);
}

const isPlane = (shape: readonly number[] | undefined): boolean => shape !== undefined && sizeOf(shape) === 2;

/** More units than these are too small on a card to show what each answers. */
const mostFields = 16;

/** Whether each unit of a layer has a picture of what it answers all over the plane. */
export const showsFields = (panel: Drawn, drawn: DrawnLayer): boolean =>
  answersPlane(panel, drawn) &&
  drawn.graph!.units <= mostFields &&
  !showsField(panel, drawn) &&
  !showsBars(panel, drawn);

/** Whether its units can be asked all over the plane. */
export const answersPlane = ({ drawing }: Drawn, { graph, shape }: DrawnLayer): boolean =>
  isPlane(drawing?.data?.inputShape) && shape?.length === 1 && (graph?.units ?? 0) > 0;

const hasUnits = ({ row }: DrawnLayer): boolean => row.unitsField !== undefined || 'activation' in row.fields;

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
  const fields = layers.filter(
    (layer) =>
      (layer === selected && view.chart === 'Unit' && answersPlane(panel, layer)) ||
      (cards.includes(layer) && hasUnits(layer) && showsFields(panel, layer)),
  );
  return {
    output,
    ...(fields.length > 0 ? { fields: fields.map(({ layer }) => layer.id) } : {}),
    sample: view.sample,
    maps,
    ...(summed ? { histogram: selected.layer.id } : {}),
    ...(unit ? { unit: { layer: selected.layer.id, unit: Math.min(view.unit, selected.graph!.units - 1) } } : {}),
  };
}
