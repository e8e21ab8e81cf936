import * as l10n from '@vscode/l10n';
import type { ChartName } from '../view.ts';
import { canDie, layerColumn, type Run } from '../run/runState.ts';
import type { Line } from './plot.ts';

/** What a chart shows of a run: its lines, or why there are none. */
export interface ChartContent {
  readonly lines: readonly Line[];
  readonly empty?: string;
}

/** The lines of each chart. The selected layer's is bold, the others' muted. */
export function chartContent(name: ChartName, run: Run, selected: string | undefined): ChartContent {
  switch (name) {
    case 'Loss':
      return pair(run, 'loss', 'validationLoss', l10n.t('No loss yet.'));
    case 'Accuracy':
      if (run.drawing.network.training.target === 'input')
        return { lines: [], empty: l10n.t('This network restores its input: there is no accuracy. See Loss.') };
      return run.drawing.data?.task === 'regression'
        ? { lines: [], empty: l10n.t('This network predicts numbers: there is no accuracy. See Loss.') }
        : pair(run, 'accuracy', 'validationAccuracy', l10n.t('No accuracy yet.'));
    case 'Dead units': {
      const mortal = layersOf(run).filter((id) => canDie(run.drawing, id));
      if (mortal.length === 0)
        return { lines: [], empty: l10n.t('No layer here has units that can die. See Saturated in the inspector.') };
      return { lines: layerLines(run, 'dead', mortal, selected) };
    }
    case 'Update ratios': {
      const ids = layersOf(run).filter((id) => run.metricsOf(id)?.gradientNorm !== null);
      return { lines: layerLines(run, 'update', ids, selected) };
    }
    case 'Gradient norms': {
      const ids = layersOf(run).filter((id) => run.metricsOf(id)?.gradientNorm !== null);
      const lines = layerLines(run, 'gradient', ids, selected);
      const any = lines.some(({ values }) => values.some((value) => value !== null && value > 0));
      // Before the first update there are none yet.
      return any || (run.latest?.step ?? 0) === 0
        ? { lines }
        : { lines, empty: l10n.t('Every gradient is 0: nothing is learned.') };
    }
  }
}

const layersOf = (run: Run): string[] => run.latest?.layers.map(({ id }) => id) ?? [];

function pair({ history }: Run, train: string, validation: string, empty: string): ChartContent {
  const lines: Line[] = [
    { label: l10n.t('train'), values: history.column(train), color: ({ train }) => train, width: 1.25 },
  ];
  const held = history.column(validation);
  if (held.some((value) => value !== null)) {
    lines.push({ label: l10n.t('validation'), values: held, color: ({ validation }) => validation, width: 2 });
  }
  return lines.some(({ values }) => values.some((value) => value !== null)) ? { lines } : { lines: [], empty };
}

/** Dashes tell layers apart without colour. */
const dashes = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

function layerLines(
  { history }: Run,
  kind: 'dead' | 'gradient' | 'update',
  ids: readonly string[],
  selected: string | undefined,
): Line[] {
  const highlighted = selected !== undefined && ids.includes(selected);
  return ids.map((id, i) => {
    const strong = id === selected || !highlighted;
    const dash = dashes[i % dashes.length]!;
    return {
      label: id,
      values: history.column(layerColumn(kind, id)),
      color: (theme) => ({ dead: theme.dead, gradient: theme.gradient, update: theme.train })[kind],
      width: id === selected ? 2.25 : 1.25,
      alpha: strong ? 1 : 0.65,
      ...(dash.length > 0 ? { dash } : {}),
    };
  });
}
