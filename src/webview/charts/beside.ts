import * as l10n from '@vscode/l10n';
import type { Run } from '../run/runState.ts';
import { layerColumn } from '../run/runState.ts';
import type { Value } from '../run/history.ts';
import type { ChartName } from '../view.ts';
import type { Line } from './plot.ts';

/** The line of a chart that an earlier run leaves behind: one a chart, dashed, so that what happens now stays in front. */
export function earlierLine(name: ChartName, run: Run, selected: string | undefined): Line | undefined {
  const values = columns(name, selected)
    .map((column) => run.history.column(column))
    .find((values) => values.some((value) => value !== null));
  return (
    values && {
      label: l10n.t('run {0}', run.number),
      values,
      color: ({ secondary }) => secondary,
      width: 1.25,
      dash: [4, 3],
    }
  );
}

/** In order of choice. */
function columns(name: ChartName, selected: string | undefined): string[] {
  switch (name) {
    case 'Loss':
      return ['validationLoss', 'loss'];
    case 'Accuracy':
      return ['validationAccuracy', 'accuracy'];
    case 'Dead units':
      return selected === undefined ? [] : [layerColumn('dead', selected)];
    case 'Gradient norms':
      return selected === undefined ? [] : [layerColumn('gradient', selected)];
    case 'Update ratios':
      return selected === undefined ? [] : [layerColumn('update', selected)];
  }
}

/** Lines of two runs over one axis of steps: where one has nothing, there is a gap. */
export function beside(
  steps: readonly number[],
  lines: readonly Line[],
  earlierSteps: readonly number[],
  earlier: Line,
): { steps: readonly number[]; lines: readonly Line[] } {
  const all = [...new Set([...steps, ...earlierSteps])].sort((a, b) => a - b);
  const spread = (of: readonly number[], values: readonly Value[]): Value[] => {
    const at = new Map(of.map((step, i) => [step, values[i] ?? null]));
    return all.map((step) => at.get(step) ?? null);
  };
  return {
    steps: all,
    lines: [
      ...lines.map((line) => ({ ...line, values: spread(steps, line.values) })),
      { ...earlier, values: spread(earlierSteps, earlier.values) },
    ],
  };
}
