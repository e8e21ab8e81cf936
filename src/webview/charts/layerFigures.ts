import { activationRow } from '../../engine/activations/index.ts';
import { sizeOf } from '../../engine/layers/index.ts';
import type { Severity } from '../../engine/spec/problems.ts';
import { grouped } from '../byId.ts';
import { inactivity, type DrawnLayer } from '../document.ts';
import { initialSigma } from '../inspector/spread.ts';
import type { Item } from '../problems.ts';
import type { Panel } from '../store.ts';

/** What is known of a layer: null where a figure makes no sense for it, or is not known yet. */
export interface LayerFigures {
  readonly drawn: DrawnLayer;
  /** What is said of it, gravest first. */
  readonly problems: readonly Item[];
  /** Whether a run has measured it; else its figures are those of the look before any training. */
  readonly trained: boolean;
  readonly units: number | null;
  readonly dead: number | null;
  readonly nearlyDead: number | null;
  readonly saturated: number | null;
  /** Share of exact zeros, 0…1. */
  readonly sparsity: number | null;
  readonly gradientNorm: number | null;
  /** Its gradient norm, measured by that of the last layer that has one. */
  readonly gradientOfLast: number | null;
  readonly updateRatio: number | null;
  /** Of its outputs. */
  readonly mean: number | null;
  readonly std: number | null;
  readonly parameters: number | null;
  /** σ of its first weights. */
  readonly initialStd: number | null;
}

/** Columns by the names of their figures in a saved file. */
export type ColumnName =
  | 'layer'
  | 'problems'
  | Exclude<keyof LayerFigures, 'drawn' | 'problems' | 'trained' | 'units'>
  | 'type'
  | 'shape'
  | 'activation';

export interface Sorting {
  readonly column: ColumnName;
  readonly descending: boolean;
}

const gravity: Record<Severity, number> = { error: 3, warning: 2, info: 1 };

/** How much is wrong with a layer: what is gravest of what is said of it, then its share of dead units; always negative ones still learn. */
export const worse = ({ problems, drawn, dead, units }: LayerFigures): number =>
  (problems[0] ? gravity[problems[0].severity] : 0) +
  (dead && units && inactivity(drawn) === 'zero' ? dead / units : 0) / 2;

/** Every layer's figures, in file order. */
export function layerFigures(panel: Panel): LayerFigures[] {
  const said = grouped(panel.found, ({ layer }) => layer);
  const measured = (panel.drawing?.layers ?? []).map((drawn) => ({ drawn, ...measuredOf(panel, drawn) }));
  const last = measured.flatMap(({ gradientNorm }) => gradientNorm ?? []).at(-1) ?? 0;
  return measured.map((figures) => ({
    ...figures,
    problems: [...(said.get(figures.drawn.layer.id) ?? [])].sort((a, b) => gravity[b.severity] - gravity[a.severity]),
    gradientOfLast: figures.gradientNorm !== null && last > 0 ? figures.gradientNorm / last : null,
    parameters: figures.drawn.graph?.parameterCount ?? null,
    initialStd: initialSigma(figures.drawn) ?? null,
  }));
}

function measuredOf(panel: Panel, drawn: DrawnLayer) {
  const metrics = panel.runOf(drawn)?.metricsOf(drawn.layer.id);
  const known = metrics ?? panel.before(drawn);
  const inactive = inactivity(drawn);
  const name = drawn.layer.fields.activation?.name;
  const canSaturate = name !== undefined && activationRow(name).saturation !== undefined;
  return {
    trained: metrics !== undefined,
    units: known?.units ?? null,
    dead: known && inactive !== 'never' ? known.dead : null,
    nearlyDead: metrics && inactive !== 'never' ? metrics.nearlyDead : null,
    saturated: metrics && canSaturate ? metrics.saturated : null,
    sparsity: known && inactive === 'zero' ? known.sparsity : null,
    gradientNorm: known?.gradientNorm ?? null,
    updateRatio: metrics?.updateRatio ?? null,
    mean: metrics?.meanActivation ?? null,
    std: known?.stdActivation ?? null,
  };
}

/** What a column sorts by. */
function valueOf(row: LayerFigures, column: ColumnName): number | string | null {
  const { drawn, units } = row;
  const share = (n: number | null) => (n === null || !units ? null : n / units);
  switch (column) {
    case 'layer':
      return drawn.index;
    case 'problems':
      return worse(row);
    case 'type':
      return drawn.row.label;
    case 'shape':
      return drawn.shape ? sizeOf(drawn.shape) : null;
    case 'activation':
      return drawn.layer.fields.activation?.name ?? null;
    case 'dead':
    case 'nearlyDead':
    case 'saturated':
      return share(row[column]);
    default:
      return row[column];
  }
}

/** Rows by a column; what has no value there comes last, and of equals what is worse comes first. */
export function sortedBy(rows: readonly LayerFigures[], { column, descending }: Sorting): LayerFigures[] {
  const keyed = rows.map((row) => ({ row, value: valueOf(row, column), worse: worse(row) }));
  const compare = (a: number | string, b: number | string) =>
    typeof a === 'string' ? a.localeCompare(String(b)) : a - Number(b);
  keyed.sort(
    (a, b) =>
      Number(a.value === null) - Number(b.value === null) ||
      (a.value === null || b.value === null ? 0 : compare(a.value, b.value) * (descending ? -1 : 1)) ||
      b.worse - a.worse ||
      a.row.drawn.index - b.row.drawn.index,
  );
  return keyed.map(({ row }) => row);
}

/** All that is known as rows of texts and numbers, unrounded, named as in the metric stream. */
export function layerRecords(rows: readonly LayerFigures[]): (string | number | null)[][] {
  const head = [
    ...['layer', 'type', 'shape', 'parameters', 'activation', 'units', 'dead', 'nearlyDead', 'saturated', 'sparsity'],
    ...['gradientNorm', 'gradientOfLast', 'updateRatio', 'meanActivation', 'stdActivation', 'initialStd', 'rules'],
  ];
  return [
    head,
    ...rows.map((row) => [
      ...[row.drawn.layer.id, row.drawn.layer.type, row.drawn.shapeText, row.parameters],
      ...[row.drawn.layer.fields.activation?.name ?? null, row.units, row.dead, row.nearlyDead, row.saturated],
      ...[row.sparsity, row.gradientNorm, row.gradientOfLast, row.updateRatio, row.mean, row.std, row.initialStd],
      [...new Set(row.problems.map(({ rule }) => rule))].join(' '),
    ]),
  ];
}
