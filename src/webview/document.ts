import { activationRow, type ActivationRow } from '../engine/activations/index.ts';
import type { DataShape } from '../engine/data/dataset.ts';
import { infer, type Graph, type GraphLayer } from '../engine/graph.ts';
import { layerRow, shapeText, type LayerRow, type Shape } from '../engine/layers/index.ts';
import type { DataFacts } from '../engine/rules/facts.ts';
import { ruleProblems, type RuleOptions } from '../engine/rules/index.ts';
import type { Layer, Network, NetworkText } from '../engine/spec/network.ts';
import { locator, parse, sorted, type Parsed } from '../engine/spec/parse.ts';
import { resolve } from '../engine/spec/resolve.ts';
import type { LocatedProblem, Problem } from '../engine/spec/problems.ts';
import { byId } from './byId.ts';

/** A layer of the drawing: as resolved, as written, and what shapes tell of it, if they could be worked out. */
export interface DrawnLayer {
  readonly index: number;
  readonly layer: Layer;
  readonly row: LayerRow;
  /** Its own keys in the file; what is not here comes from a default. */
  readonly written: Readonly<Record<string, unknown>>;
  readonly graph?: GraphLayer;
  readonly shape?: Shape;
  /** "8×8×16", or "?" while it cannot be worked out. */
  readonly shapeText: string;
}

/** What the panel draws of a text that parsed. */
export interface Drawing {
  readonly network: Network;
  /** The file as written. */
  readonly written: Readonly<Record<string, unknown>>;
  readonly layers: readonly DrawnLayer[];
  readonly data?: DataShape;
  /** What names the columns of its data file, in their order, where that is a table that could be read. */
  readonly columns?: readonly (string | number)[];
  /** What the arrays of its data file are called, where it holds several. */
  readonly arrays?: readonly string[];
  /** There when the network can be trained. */
  readonly graph?: Graph;
}

/** What is known of the data a network asks for. */
export interface DataState {
  readonly shape?: DataShape;
  /** What rules need of it, once it has been read. */
  readonly facts?: DataFacts;
  /** What names the columns of its file, in their order. */
  readonly columns?: readonly (string | number)[];
  /** What the arrays of its file are called, where it holds several. */
  readonly arrays?: readonly string[];
  /** Still being read. */
  readonly loading: boolean;
  readonly problems: readonly (Problem | LocatedProblem)[];
}

export interface DocumentState {
  readonly text: string;
  readonly version: number;
  /** Of this text, or of the last that could be drawn. */
  readonly drawing?: Drawing;
  /** Whether `drawing` is of this very text; if not it can only be looked at. */
  readonly current: boolean;
  readonly newerVersion: boolean;
  /** Nothing in the file yet. */
  readonly empty: boolean;
  readonly problems: readonly LocatedProblem[];
}

/**
 * Reads a text for the panel. `dataOf` says what is known of the network's data; with nothing known, layers are drawn without
 * shapes. A text that can't be drawn keeps the drawing before it.
 */
export function readDocument(
  text: string,
  version: number,
  before: DocumentState | undefined,
  dataOf: (network: Network) => DataState,
  rules?: RuleOptions,
): DocumentState {
  const parsed = parse(text);
  const base = { text, version, newerVersion: parsed.newerVersion, empty: isEmpty(text, parsed.value) };
  const network = parsed.network ?? unfinished(parsed);
  if (!network) {
    const drawing = before?.drawing;
    return { ...base, current: false, problems: parsed.problems, ...(drawing && !base.empty ? { drawing } : {}) };
  }
  const data = dataOf(network);
  const inferred = data.shape ? infer(network, data.shape) : undefined;
  const place = locator(text);
  const ruled = inferred?.graph ? ruleProblems({ graph: inferred.graph, facts: data.facts }, rules) : [];
  const found: readonly (Problem | LocatedProblem)[] = [...data.problems, ...(inferred?.problems ?? []), ...ruled];
  const written = parsed.value as Record<string, unknown>;
  return {
    ...base,
    current: true,
    problems: sorted([...parsed.problems, ...found.map((problem) => ('line' in problem ? problem : place(problem)))]),
    drawing: {
      network,
      written,
      layers: drawnLayers(network, written, inferred?.layers ?? []),
      ...(data.shape ? { data: data.shape } : {}),
      ...(data.columns ? { columns: data.columns } : {}),
      ...(data.arrays ? { arrays: data.arrays } : {}),
      // Shapes may be known of data that could not be read; it cannot be trained on.
      ...(inferred?.graph && !data.problems.some(({ severity }) => severity === 'error')
        ? { graph: inferred.graph }
        : {}),
    },
  };
}

function drawnLayers(
  network: Network,
  written: Readonly<Record<string, unknown>>,
  graph: readonly GraphLayer[],
): DrawnLayer[] {
  const byId = new Map(graph.map((layer) => [layer.layer.id, layer]));
  const own = written['layers'] as readonly Record<string, unknown>[];
  return network.layers.map((layer, index) => {
    const known = byId.get(layer.id);
    return {
      index,
      layer,
      row: layerRow(layer.type),
      written: own[index] ?? {},
      shapeText: known ? shapeText(known.shape) : '?',
      ...(known ? { graph: known, shape: known.shape } : {}),
    };
  });
}

export const drawnById = (layers: readonly DrawnLayer[], id: string): DrawnLayer | undefined =>
  byId(layers, id, ({ layer }) => layer.id);

/** Why a text could not be drawn and so not be edited any further; undefined if it can. */
export function unreadable(text: string): string | undefined {
  const parsed = parse(text);
  if (parsed.network ?? unfinished(parsed)) return undefined;
  return parsed.problems.find(({ severity }) => severity === 'error')?.message;
}

/** A network that lacks nothing but layers can be drawn, and its first layer added. */
function unfinished({ value, problems }: Parsed): Network | undefined {
  const errors = problems.filter(({ severity }) => severity === 'error');
  return errors.length > 0 && errors.every(({ rule }) => rule === 'no_layers')
    ? resolve(value as NetworkText)
    : undefined;
}

function isEmpty(text: string, value: unknown): boolean {
  if (text.trim() === '' || text.trim() === '\uFEFF') return true;
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** When the layer's units count as inactive. */
export const inactivity = ({ layer }: DrawnLayer): ActivationRow['inactive'] =>
  layer.fields.activation ? activationRow(layer.fields.activation.name).inactive : 'never';

/** The error that keeps the text from being drawn. */
export const blockingError = (document: DocumentState): LocatedProblem | undefined =>
  document.current ? undefined : document.problems.find(({ severity }) => severity === 'error');

/** What of a network a run depends on: a change of anything else leaves the run's numbers true. */
export const runKey = ({ network }: Drawing): string => {
  const { learningRate: _, batchSize: __, ...training } = network.training;
  return JSON.stringify([network.seed, network.data, network.layers, training]);
};
