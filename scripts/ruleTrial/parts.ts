export interface Trial {
  readonly name: string;
  readonly file: object;
  /** Any of these names the fault; none for a healthy network. */
  readonly names: readonly string[];
  /** What may be said besides: what comes of the fault. */
  readonly follows: readonly string[];
}

export const dense = (units: number, more: object = {}) => ({ type: 'dense', units, ...more });
export const conv = (filters: number, more: object = {}) => ({ type: 'conv2d', filters, kernelSize: 3, ...more });
export const pool = { type: 'max_pool2d' };
export const flatten = { type: 'flatten' };
export const many = (count: number, layer: object) => Array.from({ length: count }, () => layer);
export const yes = dense(1, { activation: 'sigmoid', weights: 'glorot_uniform', bias: 0 });
export const number = dense(1, { activation: 'linear', weights: 'glorot_uniform', bias: 0 });
export const classes = (units: number) => dense(units, { activation: 'softmax', weights: 'glorot_uniform', bias: 0 });
export const sgd = (learningRate: number, more: object = {}) => ({ optimizer: { name: 'sgd', learningRate, ...more } });
export const adam = (learningRate: number) => ({ optimizer: { name: 'adam', learningRate } });
export const drawn = (source: string, samples: number, more: object = {}) => ({ source, samples, ...more });
export const between = (low: number, high: number) => ({ scale: { method: 'minmax', range: [low, high] } });
export const digits = { source: 'file', path: 'data/digits.csv.gz', ...between(0, 1) };

export const network = (
  data: object,
  layers: readonly object[],
  training: object,
  epochs: number,
  defaults: object = {},
) => ({
  ...{ version: 1, seed: 5, data, defaults, layers, training: { ...training, epochs } },
});
export const make = (name: string, names: string, follows: string, file: object): Trial => ({
  ...{ name, file, names: names.split(' '), follows: follows === '' ? [] : follows.split(' ') },
});
export const well = (name: string, file: object): Trial => ({ name, file, names: [], follows: [] });

export const sigmoid = { activation: 'sigmoid', weights: 'glorot_uniform' };
export const tanh = { activation: 'tanh', weights: 'glorot_uniform' };
