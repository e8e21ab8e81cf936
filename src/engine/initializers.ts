import { number, type Fields, type NamedRow } from './spec/fields.ts';
import type { Random } from './random.ts';

export interface Initializer {
  readonly name: string;
  readonly parameters: Readonly<Record<string, number>>;
}

/** Fan in and out of a kernel: inputs and outputs a unit has, a convolution's receptive field counted in. */
export interface Fans {
  readonly in: number;
  readonly out: number;
}

export interface InitializerRow extends NamedRow {
  readonly name: string;
  readonly formula: string;
  readonly source: string;
  readonly parameters: Fields;
  /** σ of the weights it draws, for the inspector and the rules. */
  sigma(fans: Fans, parameters: Readonly<Record<string, number>>): number;
  /** Fills a tensor whose last axis is the outputs, `[fan in, out]` when flattened. */
  fill(values: Float32Array, fans: Fans, random: Random, parameters: Readonly<Record<string, number>>): void;
  /** For those that draw a layer's weights and bias together: the bias, from the very draws that `fill` is given. */
  fillBias?(values: Float32Array, fans: Fans, random: Random): void;
}

/** A row whose weights are independent draws: `draw` is called once a weight. */
function independent<const N extends string>(
  name: N,
  given: {
    label: string;
    doc: string;
    formula: string;
    source: string;
    parameters?: Fields;
    sigma: InitializerRow['sigma'];
    kind: 'normal' | 'uniform';
  },
): InitializerRow & { name: N } {
  const { kind, ...rest } = given;
  return {
    parameters: {},
    ...rest,
    name,
    fill(values, fans, random, parameters) {
      const sigma = given.sigma(fans, parameters);
      if (kind === 'normal') return random.normals(values, sigma);
      const limit = sigma * Math.sqrt(3);
      for (let i = 0; i < values.length; i++) values[i] = (2 * random.uniform() - 1) * limit;
    },
  };
}

/**
 * Fills a `[rows, columns]` matrix with orthonormal columns, or rows where there are fewer of them: modified Gram and Schmidt, done
 * twice, on normal draws in float64.
 */
function fillOrthogonal(values: Float32Array, rows: number, columns: number, random: Random): void {
  const count = Math.min(rows, columns);
  const length = Math.max(rows, columns);
  const vectors = Array.from({ length: count }, () => Float64Array.from({ length }, () => random.normal()));
  for (const [i, vector] of vectors.entries()) {
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors.slice(0, i)) {
        const along = vector.reduce((sum, value, k) => sum + value * other[k]!, 0);
        for (let k = 0; k < length; k++) vector[k]! -= along * other[k]!;
      }
    }
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    for (let k = 0; k < length; k++) vector[k]! /= norm;
  }
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      values[row * columns + column] = columns <= rows ? vectors[column]![row]! : vectors[row]![column]!;
    }
  }
}

/** The n weights and the bias of one unit (RAI): normal, but for one entry drawn at random, which is Beta(2, 1). */
function asymmetric(n: number, random: Random): Float64Array {
  const entries = Float64Array.from({ length: n + 1 }, () => (0.6007 / Math.sqrt(n)) * random.normal());
  const chosen = random.below(n + 1);
  // The root of a uniform is Beta(2, 1).
  entries[chosen] = Math.sqrt(random.uniform());
  return entries;
}

/** Every initialiser a network file may name. Normals are not truncated. */
export const initializers = [
  independent('he_normal', {
    label: 'He normal',
    doc: 'Keeps the size of signals through ReLU layers. √(2/n) is the Gaussian’s σ; the uniform’s limit is √(6/n).',
    formula: 'σ = √(2 ÷ n_in)',
    source: 'He, Zhang, Ren & Sun 2015',
    kind: 'normal',
    sigma: (fans) => Math.sqrt(2 / fans.in),
  }),
  independent('he_uniform', {
    label: 'He uniform',
    doc: 'As He normal, drawn evenly between ±√(6/n_in).',
    formula: '±√(6 ÷ n_in)',
    source: 'He, Zhang, Ren & Sun 2015',
    kind: 'uniform',
    sigma: (fans) => Math.sqrt(2 / fans.in),
  }),
  independent('glorot_normal', {
    label: 'Glorot normal',
    doc: 'Glorot’s, also called Xavier’s: for tanh and sigmoid. A ReLU layer wants He.',
    formula: 'σ = √(2 ÷ (n_in + n_out))',
    source: 'Glorot & Bengio 2010',
    kind: 'normal',
    sigma: (fans) => Math.sqrt(2 / (fans.in + fans.out)),
  }),
  independent('glorot_uniform', {
    label: 'Glorot uniform',
    doc: 'Glorot’s, also called Xavier’s, drawn evenly: for tanh and sigmoid. A ReLU layer wants He.',
    formula: '±√(6 ÷ (n_in + n_out))',
    source: 'Glorot & Bengio 2010',
    kind: 'uniform',
    sigma: (fans) => Math.sqrt(2 / (fans.in + fans.out)),
  }),
  independent('lecun_normal', {
    label: 'LeCun normal',
    doc: 'For SELU.',
    formula: 'σ = √(1 ÷ n_in)',
    source: 'LeCun et al. 1998',
    kind: 'normal',
    sigma: (fans) => Math.sqrt(1 / fans.in),
  }),
  independent('lecun_uniform', {
    label: 'LeCun uniform',
    doc: 'For SELU, drawn evenly.',
    formula: '±√(3 ÷ n_in)',
    source: 'LeCun et al. 1998',
    kind: 'uniform',
    sigma: (fans) => Math.sqrt(1 / fans.in),
  }),
  independent('fan_in_uniform', {
    label: 'Fan-in uniform',
    doc: '“Xavier ±1/√n” as many tutorials print it, and PyTorch’s nn.Linear default. It is not Glorot’s, and shrinks a ReLU layer’s σ to 0.41 of the one before.',
    formula: '±1 ÷ √n_in',
    source: 'LeCun et al. 1998',
    kind: 'uniform',
    sigma: (fans) => Math.sqrt(1 / (3 * fans.in)),
  }),
  independent('normal', {
    label: 'Normal',
    doc: 'A Gaussian of the standard deviation you give, around 0.',
    formula: 'σ = stddev',
    source: '',
    parameters: {
      stddev: number('Standard deviation', 'σ of the weights.', 'He, Zhang, Ren & Sun 2015; Glorot & Bengio 2010', {
        advice: 'He would take √(2/n), Glorot √(2/(n_in + n_out)): a fixed σ suits one width only.',
        minimum: 0,
      }),
    },
    kind: 'normal',
    sigma: (_, { stddev = 0 }) => stddev,
  }),
  {
    name: 'uniform',
    label: 'Uniform',
    doc: 'Evenly between min and max.',
    formula: 'min … max',
    source: '',
    parameters: {
      min: number('Minimum', 'Least weight.', 'Glorot & Bengio 2010', {
        advice: 'Evenly on both sides of 0, unless you want to see why.',
      }),
      max: number('Maximum', 'Greatest weight.', 'Glorot & Bengio 2010'),
    },
    sigma: (_, { min = 0, max = 0 }) => Math.abs(max - min) / Math.sqrt(12),
    fill(values, _, random, { min = 0, max = 0 }) {
      for (let i = 0; i < values.length; i++) values[i] = min + (max - min) * random.uniform();
    },
  },
  {
    name: 'constant',
    label: 'Constant',
    doc: 'Every weight the same: all units of a layer then learn the same thing.',
    formula: 'value',
    source: '',
    parameters: {
      value: number('Value', 'The weight.', 'Goodfellow, Bengio & Courville 2016, §8.4', {
        advice: 'For biases: equal weights stay equal, so that all units learn the same thing.',
      }),
    },
    sigma: () => 0,
    fill(values, _fans, _random, { value = 0 }) {
      values.fill(value);
    },
  },
  {
    name: 'rai',
    label: 'Randomised asymmetric',
    doc: 'Weights and bias of a unit drawn together, one of them large and positive: fewer deep, narrow networks are born dead. The bias is drawn too.',
    formula: 'N(0, (0.6007 ÷ √n_in)²), one entry Beta(2, 1)',
    source: 'Lu, Shin, Su & Karniadakis 2019',
    parameters: {},
    // Of n normals and one Beta(2, 1), whose mean is ⅔ and mean square ½.
    sigma: ({ in: n }) => Math.sqrt((0.6007 ** 2 + 0.5) / (n + 1) - (2 / (3 * (n + 1))) ** 2),
    fill(values, { in: n }, random) {
      const units = values.length / n;
      for (let unit = 0; unit < units; unit++) {
        const drawn = asymmetric(n, random);
        for (let i = 0; i < n; i++) values[i * units + unit] = drawn[i]!;
      }
    },
    fillBias(values, { in: n }, random) {
      for (let unit = 0; unit < values.length; unit++) values[unit] = asymmetric(n, random)[n]!;
    },
  },
  {
    name: 'orthogonal',
    label: 'Orthogonal',
    doc: 'Columns (or rows) at right angles and of length 1, the kernel flattened to [fan in, out]: signals keep their length.',
    formula: 'QᵀQ = I',
    source: 'Saxe, McClelland & Ganguli 2014',
    parameters: {},
    sigma: (fans) => 1 / Math.sqrt(Math.max(fans.in, fans.out)),
    fill: (values, fans, random) => fillOrthogonal(values, fans.in, values.length / fans.in, random),
  },
  {
    name: 'identity',
    label: 'Identity',
    doc: 'Passes input number i on to unit number i; for dense layers, square or not.',
    formula: 'w_ij = 1 where i = j',
    source: 'Le, Jaitly & Hinton 2015',
    parameters: {},
    sigma: (fans) => Math.sqrt(Math.min(fans.in, fans.out) / (fans.in * fans.out)),
    fill(values, fans) {
      const columns = values.length / fans.in;
      for (let i = 0; i < Math.min(fans.in, columns); i++) values[i * columns + i] = 1;
    },
  },
  {
    name: 'zeros',
    label: 'Zeros',
    doc: 'All 0: a hidden ReLU layer never starts to learn.',
    formula: '0',
    source: '',
    parameters: {},
    sigma: () => 0,
    fill(values) {
      values.fill(0);
    },
  },
] as const satisfies readonly InitializerRow[];

export type InitializerName = (typeof initializers)[number]['name'];

const byName = new Map<string, InitializerRow>(initializers.map((row) => [row.name, row]));

/** The row of a name that parsing has accepted. */
export function initializerRow(name: string): InitializerRow {
  const row = byName.get(name);
  if (!row) throw new Error(`No initialiser named "${name}".`);
  return row;
}
