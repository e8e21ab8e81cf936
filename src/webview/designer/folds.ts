import type { Drawing, DrawnLayer } from '../document.ts';
import type { Panel } from '../store.ts';

/** Layers one after another that are all alike and drawn as one card, by index, both included. */
export interface Fold {
  readonly from: number;
  readonly to: number;
}

/** Fewer equal layers than this are as quickly seen one by one. */
const fewest = 3;

const known = new WeakMap<Drawing, readonly Fold[]>();

/** Every run of equal layers: same type, fields and output, each read by the next one alone. */
export function foldsOf(drawing: Drawing): readonly Fold[] {
  const before = known.get(drawing);
  if (before) return before;
  const { layers } = drawing;
  const readers = new Map<string, number>();
  for (const id of layers.flatMap(({ layer }) => layer.inputs)) readers.set(id, (readers.get(id) ?? 0) + 1);
  const looks = layers.map(({ layer, shapeText }) => JSON.stringify([layer.type, layer.fields, shapeText]));
  const follows = (i: number): boolean => {
    const [own, last] = [layers[i]!.layer, layers[i - 1]?.layer];
    return (
      last !== undefined && looks[i] === looks[i - 1] && own.inputs.join() === last.id && readers.get(last.id) === 1
    );
  };
  const folds: Fold[] = [];
  for (let from = 0, to = 0; from < layers.length; from = to + 1) {
    for (to = from; to + 1 < layers.length && follows(to + 1);) to++;
    if (to - from + 1 >= fewest) folds.push({ from, to });
  }
  known.set(drawing, folds);
  return folds;
}

/** The runs that are folded now. */
export function foldedOf({ view, drawing }: Panel): readonly Fold[] {
  if (!view.folded || !drawing) return [];
  return foldsOf(drawing).filter(({ from }) => !view.opened.has(drawing.layers[from]!.layer.id));
}

export const foldAt = (folds: readonly Fold[], index: number): Fold | undefined =>
  folds.find(({ from, to }) => from <= index && index <= to);

/** Selects what stands for a layer: itself, or all of the run it is folded into. `extend` as `Panel.select`. */
export function selectShown(panel: Panel, index: number, extend = false): void {
  const layers = panel.drawing?.layers ?? [];
  const at = (i: number) => ({ id: layers[i]!.layer.id, index: i });
  const fold = foldAt(foldedOf(panel), index);
  if (!fold) return panel.select(at(index), extend);
  const back = index < (panel.selectedLayer?.index ?? 0);
  if (!extend) panel.select(at(fold.from));
  panel.select(at(extend && back ? fold.from : fold.to), true);
}

/** Folds every run of equal layers, or shows them all. */
export function toggleFolds(panel: Panel): void {
  const { view, selectedLayer } = panel;
  view.folded = !view.folded;
  view.opened = new Set();
  if (selectedLayer) selectShown(panel, selectedLayer.index);
  panel.changed();
}

/** Shows one run's layers again, and selects the first. */
export function openFold(panel: Panel, { from }: Fold): void {
  const first: DrawnLayer | undefined = panel.drawing?.layers[from];
  if (!first) return;
  panel.view.opened = new Set([...panel.view.opened, first.layer.id]);
  panel.select({ id: first.layer.id, index: from });
}
