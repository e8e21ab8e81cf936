import { activationRow } from './activations/index.ts';
import { DataError, type DataShape, type Dataset, type ReadFile } from './data/dataset.ts';
import { describeData, loadData } from './data/load.ts';
import { infer, type Graph } from './graph.ts';
import { factsOf } from './rules/facts.ts';
import { ruleProblems, type RuleOptions } from './rules/index.ts';
import type { Network } from './spec/network.ts';
import { locator, parse, sorted, type Parsed } from './spec/parse.ts';
import type { LocatedProblem, Problem } from './spec/problems.ts';

export interface Checked {
  readonly parsed: Parsed;
  /** There when shapes fit; without `dataset`, what the file itself says of the data stands in for it. */
  readonly graph?: Graph;
  /** There when no problem is an error. */
  readonly dataset?: Dataset;
  /** All problems by place, those of other files last. */
  readonly problems: readonly LocatedProblem[];
}

/**
 * Everything that can be told of a network file before it is trained: reads it, works out shapes, loads its data, asks the
 * rules. Data is neither read nor drawn for a network that could not use it; `load` where it may be there already.
 */
export async function checkNetwork(
  text: string,
  readFile: ReadFile,
  options?: RuleOptions,
  load: typeof loadData = loadData,
): Promise<Checked> {
  const parsed = parse(text);
  const { network } = parsed;
  if (!network) return { parsed, problems: parsed.problems };
  const place = locator(text);
  const all = (problems: readonly (Problem | LocatedProblem)[]) =>
    sorted([...parsed.problems, ...problems.map((problem) => ('line' in problem ? problem : place(problem)))]);

  const drawn = describeData(network.data);
  const expected = drawn ?? promisedData(network);
  const before = expected && infer(network, expected);
  const graph = before?.graph;
  if (drawn && !graph) return { parsed, problems: all(before!.problems) };
  try {
    const dataset = await load(network.data, network.seed, readFile);
    const inferred = infer(network, dataset);
    const notes = dataset.messages.map((message): Problem => ({
      severity: 'info',
      rule: 'data_note',
      message,
      path: 'data',
    }));
    const fitting = inferred.graph;
    const ruled = fitting ? ruleProblems({ graph: fitting, facts: factsOf(dataset) }, options) : [];
    const problems = all([...inferred.problems, ...ruled, ...notes]);
    return fitting ? { parsed, graph: fitting, dataset, problems } : { parsed, problems };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const ruled = graph ? ruleProblems({ graph }, options) : [];
    const problems = all([...(before?.problems ?? []), ...ruled, dataProblem(error)]);
    return graph ? { parsed, graph, problems } : { parsed, problems };
  }
}

/** Where the data file has a line of its own the problem is there, else at the key that asks for the data. */
export function dataProblem({ message, key, place }: DataError): Problem | LocatedProblem {
  // A sentence as all others; a file's name at its start stays as it is.
  const sentence = `${message.replace(/^\p{Ll}[\p{Ll}\p{M}]*(?=[ ,])/u, (word) => word[0]!.toUpperCase() + word.slice(1))}${/[.?]$/.test(message) ? '' : '.'}`;
  const problem: Problem = { severity: 'error', rule: 'data_error', message: sentence, path: key };
  return place ? { ...problem, ...place, offset: 0, length: 0 } : problem;
}

/** What a file source must look like for the network to fit, as far as the network file says: shapes can be drawn without it. */
export function promisedData({ data, layers }: Network): DataShape | undefined {
  const { inputShape } = data;
  const last = layers.at(-1);
  const units = last?.fields.units;
  const activation = last?.fields.activation?.name;
  if (!inputShape || typeof units !== 'number' || activation === undefined) return undefined;
  const probabilities = activation === 'sigmoid' || activationRow(activation).kind === 'rows';
  const task = data.task ?? (probabilities ? 'classification' : 'regression');
  return { inputShape, task, outputs: task === 'classification' ? Math.max(units, 2) : units, samples: 0 };
}
