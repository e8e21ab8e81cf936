import type { Sorting } from './charts/layerFigures.ts';

/** What the inspector is about. */
export type Selection = 'data' | 'training' | 'network' | { readonly id?: string; readonly index: number };

/** The charts of the overview as they stand, row by row. */
export const chartNames = ['Loss', 'Dead units', 'Accuracy', 'Gradient norms'] as const;
export type ChartName = (typeof chartNames)[number] | 'Update ratios';
/** What is seen of the network itself. */
export type LookName = 'Output' | 'Unit';
export type FigureName = ChartName | LookName;
/** What is shown in place of all charts, one at a time. */
export type TabName = FigureName | 'Overview' | 'Layers';

/** What the person sees beside the file: none of it is ever written to it. */
export interface View {
  selection: Selection;
  /** Where a range of layers begins that ends at the selected one. */
  anchor: number | undefined;
  inspector: boolean;
  /** The open palette: where a new layer would go, and the button it hangs from. */
  palette: { index: number; anchor: HTMLElement } | undefined;
  chart: TabName;
  tables: ReadonlySet<FigureName>;
  /** How the table of all layers is sorted, and the row it is scrolled to. */
  layerSort: Sorting;
  layerRow: number;
  logLoss: boolean;
  /** The steps that all charts show of a run, by its name; the whole run where there is none. */
  zoom: { readonly run: string; readonly part: readonly [from: number, to: number] } | undefined;
  /** Activations drawn over the selected layer's, to compare. */
  overlays: readonly string[];
  /** The unit the keyboard is on, of the selected layer. */
  unit: number;
  /** Which of the judged samples is shown on its way through the network. */
  sample: number;
  /** The unit a tip is shown for, and its layer. */
  hovered: { layer: number; unit: number } | undefined;
  /** The layer being dragged, the gap it would fall into, and how far the pointer has carried it. */
  drag: { index: number; gap: number; dx: number; dy: number } | undefined;
  notice: string | undefined;
  /** Where there is little room: all problems in view, not the first alone. */
  allProblems: boolean;
  /** Equal layers one after another are one card, but for the runs whose first layers are `opened`. */
  folded: boolean;
  opened: ReadonlySet<string>;
  /** Cards in full size, however wide that is, instead of as large as fits. */
  actual: boolean;
  /** How far the diagram is scrolled, in pixels. */
  scrolled: number;
  /** The field of the inspector whose help is open. */
  help: string | undefined;
}

/** As it is when a file is opened. */
export const freshView = (): View => ({
  selection: { index: 0 },
  anchor: undefined,
  inspector: true,
  palette: undefined,
  chart: 'Overview',
  tables: new Set(),
  layerSort: { column: 'problems', descending: true },
  layerRow: 0,
  logLoss: false,
  zoom: undefined,
  overlays: [],
  unit: 0,
  sample: 0,
  hovered: undefined,
  drag: undefined,
  notice: undefined,
  allProblems: false,
  folded: false,
  opened: new Set(),
  actual: false,
  scrolled: 0,
  help: undefined,
});
