import type { RecordedRun } from '../../engine/training/runFile.ts';
import type { Value } from '../run/history.ts';
import { columnsOf, layerColumn } from '../run/runState.ts';
import { spreadOf } from './figures.ts';

export const curveNames = ['Loss', 'Accuracy', 'Dead units', 'Gradient norms'] as const;
export type CurveName = (typeof curveNames)[number];

/** Measured values by step, none missing. */
export interface Curve {
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** A run's columns by step, as the designer's charts have them. */
type Row = readonly [step: number, row: Readonly<Record<string, Value>>];

/** Made once a run: it is drawn many times. */
const known = new WeakMap<RecordedRun, readonly Row[]>();

function rowsOf(run: RecordedRun): readonly Row[] {
  const before = known.get(run);
  if (before) return before;
  const rows = run.events.flatMap((event): Row[] =>
    event.event === 'metrics' ? [[event.step, columnsOf(event)]] : [],
  );
  known.set(run, rows);
  return rows;
}

/**
 * One curve of a run: validation where there is any, else training; dead units summed over the layers that `mortal` names; the gradient
 * norm of one layer.
 */
export function curveOf(run: RecordedRun, name: CurveName, mortal: ReadonlySet<string>, layer: string): Curve {
  const rows = rowsOf(run);
  const column = (...names: string[]): Curve => {
    const found = names.find((name) => rows.some(([, row]) => typeof row[name] === 'number'));
    return found === undefined ? none : pick(rows, (row) => row[found]);
  };
  switch (name) {
    case 'Loss':
      return column('validationLoss', 'loss');
    case 'Accuracy':
      return column('validationAccuracy', 'accuracy');
    case 'Dead units':
      return pick(rows, (row) => {
        const dead = [...mortal].map((id) => row[layerColumn('dead', id)]).filter((value) => typeof value === 'number');
        return dead.length === 0 ? null : dead.reduce((sum, value) => sum + value, 0);
      });
    case 'Gradient norms':
      return column(layerColumn('gradient', layer));
  }
}

const none: Curve = { steps: [], values: [] };

function pick(rows: readonly Row[], of: (row: Row[1]) => Value | undefined): Curve {
  const points = rows.flatMap(([step, row]) => {
    const value = of(row);
    return typeof value === 'number' ? [[step, value] as const] : [];
  });
  return { steps: points.map(([step]) => step), values: points.map(([, value]) => value) };
}

/** A curve at a step, between its points on a straight line; null before the first and after the last. */
export function at({ steps, values }: Curve, step: number): Value {
  let [low, high] = [0, steps.length - 1];
  if (high < 0 || step < steps[0]! || step > steps[high]!) return null;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (steps[middle]! <= step) low = middle;
    else high = middle;
  }
  const [from, to] = [steps[low]!, steps[high]!];
  if (step <= from) return values[low]!;
  return values[low]! + ((values[high]! - values[low]!) * (step - from)) / (to - from);
}

/** Curves of several groups over one axis of steps. */
export interface Overlay {
  readonly steps: readonly number[];
  readonly groups: readonly OverlaidGroup[];
}

export interface OverlaidGroup {
  /** The median of the group's runs that reach the step. */
  readonly values: readonly Value[];
  /** The lowest and highest of them; absent with a single run. */
  readonly area?: { readonly low: readonly Value[]; readonly high: readonly Value[] };
}

/** More steps than a chart can show are thinned evenly. */
const mostSteps = 1000;

/** A single run's points as they were measured; of several, median and range at each step at which any was. */
export function overlay(groups: readonly (readonly Curve[])[]): Overlay {
  const all = [...new Set(groups.flat().flatMap(({ steps }) => steps))].sort((a, b) => a - b);
  const every = Math.ceil(all.length / mostSteps);
  const steps = every > 1 ? all.filter((_, i) => i % every === 0 || i === all.length - 1) : all;
  return { steps, groups: groups.map((curves) => overlaid(steps, curves, every > 1)) };
}

function overlaid(steps: readonly number[], curves: readonly Curve[], thinned: boolean): OverlaidGroup {
  const own = new Set(curves.flatMap(({ steps }) => steps));
  const spreads = steps.map((step) =>
    thinned || own.has(step) ? spreadOf(curves.map((curve) => at(curve, step))) : undefined,
  );
  const of = (end: 'median' | 'low' | 'high') => spreads.map((spread) => spread?.[end] ?? null);
  return { values: of('median'), ...(curves.length > 1 ? { area: { low: of('low'), high: of('high') } } : {}) };
}
