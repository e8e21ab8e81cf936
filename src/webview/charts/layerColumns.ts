import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import { dyingRelu } from '../../engine/rules/dyingRelu.ts';
import { saturatedUnits } from '../../engine/rules/saturatedUnits.ts';
import { vanishingGradient } from '../../engine/rules/vanishingGradient.ts';
import { inactivity } from '../document.ts';
import { compact, count, percent } from '../format.ts';
import { icon } from '../icons.ts';
import { bandPicture, within, type Band } from '../inspector/band.ts';
import { gradientBand, limitsIn, spreadBand, updateBand, zerosBand } from '../inspector/bands.ts';
import { severityName } from '../problems.ts';
import type { Panel } from '../store.ts';
import type { ColumnName, LayerFigures } from './layerFigures.ts';

/** Width of a healthy band in a cell, in pixels. */
const bandWidth = 44;

/** A column of the table of layers. */
export interface Column {
  readonly name: ColumnName;
  readonly label: string;
  readonly title?: string;
  /** Sorted for the first time, the greatest comes first. */
  readonly descending?: boolean;
  /** In pixels. */
  readonly width: number;
  readonly words?: boolean;
  readonly cell: (row: LayerFigures) => unknown;
}

/** The columns of which anything is known. */
export function columnsOf(panel: Panel, rows: readonly LayerFigures[]): Column[] {
  const limits = {
    dead: limitsIn(panel, dyingRelu)['share']!,
    saturated: limitsIn(panel, saturatedUnits)['share']!,
    vanished: limitsIn(panel, vanishingGradient)['ratio']!,
  };
  const last = rows.find(({ gradientOfLast }) => gradientOfLast === 1)?.gradientNorm ?? 0;
  const norm = gradientBand(panel);
  const learning: Band = { ...norm, from: Math.min(norm.from, limits.vanished * last) };
  const spread = spreadBand(panel);
  // A band takes room.
  const trained = rows.every((row) => row.trained || row.units === null);
  const known = (name: keyof LayerFigures) => rows.some((row) => row[name] !== null);
  const figure = (
    name: Exclude<ColumnName, 'layer' | 'problems' | 'type' | 'shape' | 'activation'>,
    column: Omit<Column, 'name'>,
  ) => (known(name) ? [{ name, ...column }] : []);
  const columns: Column[] = [
    {
      name: 'layer',
      width: 100,
      label: l10n.t('Layer'),
      title: l10n.t('In the order of the network'),
      words: true,
      cell: () => nothing,
    },
    {
      name: 'problems',
      width: 172,
      label: l10n.t('Problems'),
      title: l10n.t('What rules found'),
      descending: true,
      words: true,
      cell: problemsCell,
    },
    ...figure('dead', {
      width: 172,
      label: l10n.t('Dead'),
      descending: true,
      cell: (row) =>
        cell(deadText(row), inactivity(row.drawn) === 'zero' ? upTo(limits.dead) : undefined, shareOf(row, row.dead)),
    }),
    ...figure('nearlyDead', {
      width: 92,
      label: l10n.t('Nearly dead'),
      descending: true,
      cell: (row) => amount(row.nearlyDead),
    }),
    ...figure('sparsity', {
      width: trained ? 72 : 116,
      label: l10n.t('Sparsity'),
      title: l10n.t('Share of outputs that are exactly 0'),
      descending: true,
      cell: ({ sparsity, trained }) =>
        cell(sparsity === null ? '–' : percent(sparsity), trained ? undefined : zerosBand, sparsity),
    }),
    ...figure('gradientNorm', {
      width: 120,
      label: l10n.t('Gradient norm'),
      cell: ({ gradientNorm, trained }) => cell(compact(gradientNorm), trained ? learning : norm, gradientNorm),
    }),
    ...figure('gradientOfLast', {
      width: 60,
      label: l10n.t('÷ last'),
      title: l10n.t('Gradient norm, measured by the last layer’s'),
      cell: ({ gradientOfLast }) => compact(gradientOfLast),
    }),
    ...figure('updateRatio', {
      width: 124,
      label: l10n.t('Update : weight'),
      descending: true,
      cell: ({ updateRatio }) => cell(compact(updateRatio), updateBand, updateRatio),
    }),
    ...figure('saturated', {
      width: 172,
      label: l10n.t('Saturated'),
      descending: true,
      cell: (row) => cell(countText(row, row.saturated), upTo(limits.saturated), shareOf(row, row.saturated)),
    }),
    ...figure('mean', {
      width: 108,
      label: l10n.t('Mean of outputs'),
      descending: true,
      cell: ({ mean }) => compact(mean),
    }),
    ...figure('std', {
      width: trained ? 92 : 124,
      label: l10n.t('σ of outputs'),
      descending: true,
      cell: ({ std, trained, drawn }) => cell(compact(std), trained ? undefined : spread(drawn.layer.id), std),
    }),
    { name: 'type', width: 130, label: l10n.t('Type'), words: true, cell: ({ drawn }) => drawn.row.label },
    { name: 'shape', width: 92, label: l10n.t('Shape'), descending: true, cell: ({ drawn }) => drawn.shapeText },
    {
      name: 'parameters',
      width: 88,
      label: l10n.t('Parameters'),
      descending: true,
      cell: ({ parameters }) => amount(parameters),
    },
    {
      name: 'activation',
      width: 92,
      label: l10n.t('Activation'),
      words: true,
      cell: ({ drawn }) => drawn.layer.fields.activation?.name ?? '–',
    },
    ...figure('initialStd', {
      width: 72,
      label: l10n.t('Initial σ'),
      title: l10n.t('σ of its first weights, by their initialiser'),
      descending: true,
      cell: ({ initialStd }) => compact(initialStd, 3),
    }),
  ];
  return columns;
}

const upTo = (share: number): Band => ({ low: 0, high: 1, from: 0, to: share });
const amount = (n: number | null): string => (n === null ? '–' : count(n));
const shareOf = ({ units }: LayerFigures, n: number | null): number | null => (n === null || !units ? null : n / units);

/** "12 / 64 · 19 %". */
function countText(row: LayerFigures, n: number | null): string {
  const share = shareOf(row, n);
  if (n === null || share === null) return '–';
  const part = n > 0 && share < 0.005 ? `< ${percent(0.01)}` : percent(share);
  return `${count(n)} / ${count(row.units ?? 0)} · ${part}`;
}

/** Units of some kinds do not die, but are always negative. */
function deadText(row: LayerFigures): unknown {
  const text = countText(row, row.dead);
  return row.dead && inactivity(row.drawn) === 'negative'
    ? html`<span title=${l10n.t('always negative')}
        >${text} (−)<span class="visually-hidden">${l10n.t('always negative')}</span></span
      >`
    : text;
}

/** A figure, and where it stands in its band; outside of it an arrow says to which side. */
function cell(text: unknown, band: Band | undefined, value: number | null): unknown {
  if (!band || value === null) return text;
  const inside = within(band, value);
  return html`<span class="measure"
    >${text}<span class="side" aria-hidden="true">${inside ? '' : value < band.from ? '↓' : '↑'}</span>${
      inside ? nothing : html`<span class="visually-hidden">${l10n.t(', outside the healthy band')}</span>`
    }${bandPicture(band, value, bandWidth)}</span
  >`;
}

/** The gravest in words, the others as signs: what they say is under the pointer. */
function problemsCell({ problems }: LayerFigures): unknown {
  const once = problems.filter(({ rule }, i) => problems.findIndex((other) => other.rule === rule) === i);
  return once.map(
    ({ severity, rule, message }, i) =>
      html`<span class="sign ${severity}" title="${rule}: ${message}"
        >${icon(severity)}<span class="visually-hidden">${severityName(severity)}:</span
        ><span class=${i > 0 ? 'visually-hidden' : ''}>${rule}</span></span
      >`,
  );
}
