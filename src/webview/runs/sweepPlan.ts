import * as l10n from '@vscode/l10n';
import { layerRow } from '../../engine/layers/index.ts';
import { applyEdits, setValue } from '../../engine/spec/edit.ts';
import { parse } from '../../engine/spec/parse.ts';
import { combinationsOf, type Varied } from '../../engine/sweep.ts';

/** What a person chose to vary; of what is empty, the file's own value stays. */
export interface SweepChoices {
  readonly activations: readonly string[];
  readonly weights: readonly string[];
  readonly biases: readonly number[];
  readonly learningRates: readonly number[];
  /** Counted up from the file's own. */
  readonly seeds: number;
}

/** A run of a sweep before it is made; what was varied, by the paths that `rectifier sweep --vary` takes. */
export interface Planned {
  readonly set: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** The network file with all that set. */
  readonly text: string;
}

/** Most runs of one sweep. */
export const mostPlanned = 1000;

export const sizeOf = ({ activations, weights, biases, learningRates, seeds }: SweepChoices): number =>
  [activations, weights, biases, learningRates].reduce((product, { length }) => product * Math.max(1, length), seeds);

/** Every combination × seeds. Throws an Error that says why a combination is no network. */
export function planSweep(text: string, choices: SweepChoices): Planned[] {
  const varied: Varied<unknown>[] = [
    { path: 'defaults.activation', values: choices.activations },
    { path: 'defaults.weights', values: choices.weights },
    { path: 'defaults.bias', values: choices.biases },
    { path: 'training.optimizer.learningRate', values: choices.learningRates },
  ].filter(({ values }) => values.length > 0);
  return combinationsOf(varied).flatMap((combination) => {
    const base = combination.reduce((text, [path, value]) => withValue(text, path, value), text);
    const { network, problems } = parse(base);
    const error = problems.find(({ severity }) => severity === 'error');
    if (!network || error) {
      const said = combination.map(([path, value]) => `${path} ${String(value)}`).join(', ');
      throw new Error(`${said ? `${said}: ` : ''}${error?.message ?? l10n.t('the network cannot be read')}`);
    }
    return Array.from({ length: choices.seeds }, (_, i) => {
      const seed = network.seed + i;
      return { set: Object.fromEntries(combination), seed, text: i === 0 ? base : withValue(base, 'seed', seed) };
    });
  });
}

function withValue(text: string, path: string, value: unknown): string {
  const { network, value: written } = parse(text);
  const training = (written as { training?: { optimizer?: unknown } } | undefined)?.training;
  // An optimiser that the file leaves to the default has no name to stand beside a learning rate.
  if (path === 'training.optimizer.learningRate' && network && training?.optimizer === undefined) {
    const optimizer = { name: network.training.optimizer.name, learningRate: value };
    return applyEdits(text, setValue(text, ['training', 'optimizer'], optimizer));
  }
  return applyEdits(text, setValue(text, path.split('.'), value));
}

/** Layers of a text that take a field from `defaults`. */
export function takers(text: string, field: 'activation' | 'weights' | 'bias'): string[] {
  const { network, value } = parse(text);
  const written = (value as { layers?: readonly Record<string, unknown>[] } | undefined)?.layers ?? [];
  return (network?.layers ?? []).flatMap(({ id, type }, i) =>
    field in layerRow(type).fields && type !== 'activation' && written[i]?.[field] === undefined ? [id] : [],
  );
}
