import { activationRow } from '../activations/index.ts';
import type { Graph, GraphLayer } from '../graph.ts';
import type { Layer } from '../spec/network.ts';

/** A layer with a kernel, and what becomes of its weighted sum. */
export interface Weighted {
  /** Among the network's layers. */
  readonly index: number;
  readonly layer: Layer;
  readonly graphLayer: GraphLayer;
  /** The layer that applies the non-linearity: itself, or an `activation` layer right behind it. */
  readonly applies: { readonly index: number; readonly id: string };
  /** The non-linearity's name. */
  readonly activation: string;
  readonly hidden: boolean;
  /** Its sum or its output is normalised, so that the scale of its weights does not matter. */
  readonly normalized: boolean;
}

const normalizes = ({ type }: Layer): boolean => type === 'batch_norm' || type === 'layer_norm';

const known = new WeakMap<Graph, readonly Weighted[]>();

/** Every layer with a kernel, in file order; the last of them is the output. */
export function weightedLayers(graph: Graph): readonly Weighted[] {
  const weighted = known.get(graph) ?? findWeighted(graph);
  known.set(graph, weighted);
  return weighted;
}

function findWeighted({ layers }: Graph): Weighted[] {
  const readings = new Map<string, { layer: Layer; index: number }[]>();
  for (const [index, { layer }] of layers.entries()) {
    for (const id of new Set(layer.inputs)) {
      const others = readings.get(id) ?? [];
      others.push({ layer, index });
      readings.set(id, others);
    }
  }
  const readers = (id: string) => readings.get(id) ?? [];
  const weighted = layers.flatMap((graphLayer, index) => {
    const { layer } = graphLayer;
    const own = layer.fields.activation?.name;
    if (!layer.fields.weights || own === undefined) return [];
    const behind = readers(layer.id);
    const block =
      own === 'linear' && behind.length === 1 && behind[0]!.layer.type === 'activation' ? behind[0] : undefined;
    return {
      index,
      layer,
      graphLayer,
      applies: block ? { index: block.index, id: block.layer.id } : { index, id: layer.id },
      activation: block?.layer.fields.activation?.name ?? own,
      normalized: [...behind, ...(block ? readers(block.layer.id) : [])].some(({ layer }) => normalizes(layer)),
    };
  });
  return weighted.map((entry, k) => ({ ...entry, hidden: k < weighted.length - 1 }));
}

/** Layers of a run's records that come before the output: those with a kernel but the last, and `activation` layers. */
export function hiddenIds(graph: Graph): ReadonlySet<string> {
  const weighted = weightedLayers(graph);
  const output = weighted.at(-1);
  const all = graph.layers.flatMap(({ layer }) => (layer.fields.activation ? [layer.id] : []));
  return new Set(all.filter((id) => id !== output?.layer.id && id !== output?.applies.id));
}

/** Whether units of a layer die: give exactly 0, whatever comes in. */
export function canDie(graph: Graph, id: string): boolean {
  const name = graph.layers.find(({ layer }) => layer.id === id)?.layer.fields.activation?.name;
  return name !== undefined && activationRow(name).inactive === 'zero';
}
