import * as z from 'zod/mini';
import type { Activation } from '../activations/index.ts';
import type { Initializer } from '../initializers.ts';
import { layers, type Regularization } from '../layers/index.ts';
import { trainable } from '../layers/trainable.ts';
import type { LossName, Optimizer } from '../plan/plan.ts';
import { schedules, type Schedule } from '../schedules.ts';
import {
  choice,
  documented,
  integer,
  largest,
  number,
  named,
  shapeOf,
  variants,
  type Field,
  type Fields,
} from './fields.ts';

/** Newest file version this program knows. */
export const version = 1;

export const idPattern = /^[A-Za-z_][A-Za-z0-9_-]*$/;
/** Ids that mean something else. */
export const reservedIds = ['input', 'optimizer'];

export const sources = [
  'circles',
  'moons',
  'spiral',
  'xor',
  'blobs',
  'plane',
  'sine',
  'glyphs',
  'shapes',
  'file',
] as const;
export type Source = (typeof sources)[number];
export const formats = ['csv', 'tsv'] as const;

const raw = <T>(
  label: string,
  doc: string,
  source: string,
  schema: z.ZodMiniType,
  { advice, ...options }: { advice?: string; default?: T; optional?: boolean } = { optional: true },
): Field<T> =>
  ({ label, doc, source, ...(advice ? { advice } : {}), schema, control: 'none', ...options }) as unknown as Field<T>;

const fraction = (title: string, description: string) =>
  documented(z.number().check(z.minimum(0), z.maximum(1)), title, description);
const side = z.int().check(z.minimum(1), z.maximum(largest));
const column = z.union([z.string(), z.int().check(z.minimum(0), z.maximum(largest))]);

const scalings = {
  none: 'Inputs as they are.',
  standardize: 'Mean 0 and standard deviation 1.',
  minmax: 'From the least to the greatest value onto a range.',
};

export const dataFields = {
  source: choice(
    'Source',
    'Points or pictures drawn by the program, or `file`.',
    'circles and moons: scikit-learn’s make_circles and make_moons; spiral and xor: TensorFlow Playground',
    sources,
    {
      advice: 'Points show how a boundary bends; glyphs and shapes are pictures for convolutions.',
    },
  ),
  samples: integer(
    'Samples',
    'How many points or pictures a drawn source gives.',
    'Goodfellow, Bengio & Courville 2016, §5.2',
    {
      advice: 'More of them, and less is learned by heart.',
      default: 1000,
      maximum: 10_000_000,
    },
  ),
  noise: number(
    'Noise',
    'Standard deviation added to each coordinate or pixel.',
    'scikit-learn’s make_circles and make_moons',
    {
      advice: 'The more, the more the classes overlap: no network is then right everywhere.',
      default: 0.1,
      minimum: 0,
    },
  ),
  path: raw<string>(
    'Path',
    'The data file, relative to the network file.',
    'No source: it only says where the file is.',
    z.string().check(z.minLength(1)),
  ),
  format: choice('Format', 'How the data file is written; from its name when left out.', 'RFC 4180 (CSV)', formats, {
    optional: true,
  }),
  target: raw<string | number | readonly (string | number)[]>(
    'Target',
    'Column name or index of the label (or a list of them); the last column when left out.',
    'No source: it only names a column.',
    z.union([z.string(), z.int().check(z.minimum(0), z.maximum(largest)), z.array(column).check(z.minLength(1))]),
  ),
  task: choice(
    'Task',
    'What is predicted; from the target’s type when left out.',
    'Goodfellow, Bengio & Courville 2016, §5.1.1',
    ['classification', 'regression'],
    {
      advice: 'Say it where classes are numbered and order means nothing.',
      optional: true,
    },
  ),
  missing: choice(
    'Missing values',
    'What to do with empty or NaN fields.',
    'mean: as scikit-learn’s SimpleImputer',
    ['error', 'drop', 'mean'],
    {
      advice: '“drop” for a few rows; “mean” (of the training part) where many would go.',
      default: 'error',
    },
  ),
  inputShape: raw<readonly number[]>(
    'Input shape',
    '[features], or [height, width, channels] for pictures.',
    'No source: channels last, as Keras 3.',
    z.union([z.tuple([side]), z.tuple([side, side, side])]),
  ),
  split: raw<Split>(
    'Split',
    'Fractions for training, validation and test; they add up to 1.',
    'Goodfellow, Bengio & Courville 2016, §5.3',
    z.strictObject({
      train: documented(z.number().check(z.gt(0), z.maximum(1)), 'Training part', 'What the network learns from.'),
      validation: z.optional(fraction('Validation part', 'What it is judged by while it learns.')),
      test: z.optional(fraction('Test part', 'What is kept for the end.')),
    }),
    {
      advice: 'About 80 to 20 is usual; a test part is for the very end.',
      default: { train: 0.8, validation: 0.2, test: 0 },
    },
  ),
  scale: raw<Scale>(
    'Scale',
    'How inputs are scaled, fitted on the training part alone.',
    'LeCun, Bottou, Orr & Müller 1998, §4.3',
    z.union([
      documented(z.enum(['none', 'standardize']), 'Scale', 'How inputs are scaled.', [
        scalings.none,
        scalings.standardize,
      ]),
      z.discriminatedUnion('method', [
        documented(z.strictObject({ method: z.literal('none') }), 'None', scalings.none),
        documented(z.strictObject({ method: z.literal('standardize') }), 'Standardize', scalings.standardize),
        documented(
          z.strictObject({
            method: z.literal('minmax'),
            range: documented(z.tuple([z.number(), z.number()]), 'Range', 'Where the least and the greatest value go.'),
          }),
          'Min–max',
          scalings.minmax,
        ),
      ]),
    ]),
    {
      advice: 'standardize, unless inputs are of one size already: large inputs make large steps.',
      default: { method: 'standardize' },
    },
  ),
  corrupt: raw<Corruption>(
    'Corrupt',
    'Noise on the input alone while training, for a denoising autoencoder.',
    'Vincent, Larochelle, Bengio & Manzagol 2008',
    z.strictObject({
      kind: documented(z.enum(['gaussian', 'mask']), 'Kind', 'How inputs are spoilt.', [
        'Adds normal noise; `amount` is its standard deviation, after scaling.',
        'Sets a share of the values to 0; `amount` is the share.',
      ]),
      amount: documented(z.number().check(z.minimum(0)), 'Amount', 'Standard deviation, or share.'),
    }),
  ),
} satisfies Fields;

export interface Corruption {
  readonly kind: 'gaussian' | 'mask';
  readonly amount: number;
}

export interface Split {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

export type Scale =
  | { readonly method: 'none' }
  | { readonly method: 'standardize' }
  | { readonly method: 'minmax'; readonly range: readonly [number, number] };

const atLeast0 = { minimum: 0 };
const learningRate = (usual: number) =>
  number('Learning rate', 'Size of a step.', 'Goodfellow, Bengio & Courville 2016, §8.3.1 and §11.4.1', {
    advice: 'The first setting to try: ten times less where the loss jumps or units die, more where it crawls.',
    default: usual,
    ...atLeast0,
  });
const epsilon = (usual: number) =>
  number('Epsilon', 'Keeps the division from 0.', 'Kingma & Ba 2015; defaults as PyTorch', {
    advice: 'Rarely changed.',
    default: usual,
    ...atLeast0,
  });
const momentum = number(
  'Momentum',
  'How much of the last step goes on.',
  'Polyak 1964; Sutskever, Martens, Dahl & Hinton 2013',
  { advice: '0.9 is usual; the learning rate then acts about ten times as strong.', default: 0, ...atLeast0 },
);
const clipNorm = number(
  'Clip norm',
  'Longest gradient allowed over all parameters; 0 for no limit.',
  'Pascanu, Mikolov & Bengio 2013',
  {
    advice: 'Try 1 where gradients explode.',
    default: 0,
    ...atLeast0,
  },
);
const weightDecay = (usual: number) =>
  number('Weight decay', 'Pulls every weight and bias towards 0.', 'Krogh & Hertz 1992; Loshchilov & Hutter 2019', {
    advice: 'Try 1e-4 with sgd, 1e-2 with adamw.',
    default: usual,
    ...atLeast0,
  });
const share = z.number().check(z.minimum(0), z.lt(1));
const betas = raw<readonly [number, number]>(
  'Betas',
  'How slowly the two running means change.',
  'Kingma & Ba 2015',
  z.tuple([share, share]),
  { advice: 'Rarely changed.', default: [0.9, 0.999] },
);

/** Hyper-parameters of each optimiser, with PyTorch's defaults but for the learning rate. */
export const optimizers = [
  {
    name: 'sgd',
    label: 'SGD',
    doc: 'Stochastic gradient descent, with momentum if you give it some.',
    parameters: {
      learningRate: learningRate(0.01),
      momentum,
      nesterov: raw<boolean>(
        'Nesterov',
        'Look ahead along the momentum.',
        'Sutskever, Martens, Dahl & Hinton 2013',
        z.boolean(),
        { default: false },
      ),
      weightDecay: weightDecay(0),
      clipNorm,
    },
    slotCount: (momentum: number) => (momentum > 0 ? 1 : 0),
  },
  {
    name: 'adam',
    label: 'Adam',
    doc: 'Steps scaled by running means of the gradient and its square (Kingma & Ba 2015).',
    parameters: {
      learningRate: learningRate(0.001),
      betas,
      epsilon: epsilon(1e-8),
      weightDecay: weightDecay(0),
      clipNorm,
    },
    slotCount: () => 2,
  },
  {
    name: 'adamw',
    label: 'AdamW',
    doc: 'Adam with the weight decay apart from the gradient (Loshchilov & Hutter 2019).',
    parameters: {
      learningRate: learningRate(0.001),
      betas,
      epsilon: epsilon(1e-8),
      weightDecay: weightDecay(0.01),
      clipNorm,
    },
    slotCount: () => 2,
  },
  {
    name: 'rmsprop',
    label: 'RMSprop',
    doc: 'Steps divided by a running root mean square of the gradient (Tieleman & Hinton 2012).',
    parameters: {
      learningRate: learningRate(0.001),
      rho: raw<number>(
        'Rho',
        'How slowly the running mean square changes.',
        'Tieleman & Hinton 2012; default as PyTorch',
        share,
        { advice: 'Rarely changed.', default: 0.99 },
      ),
      momentum,
      epsilon: epsilon(1e-8),
      weightDecay: weightDecay(0),
      clipNorm,
    },
    slotCount: (momentum: number) => (momentum > 0 ? 2 : 1),
  },
  {
    name: 'adagrad',
    label: 'Adagrad',
    doc: 'Steps divided by the root of all squared gradients so far (Duchi, Hazan & Singer 2011).',
    parameters: { learningRate: learningRate(0.01), epsilon: epsilon(1e-10), weightDecay: weightDecay(0), clipNorm },
    slotCount: () => 1,
  },
] as const;
export type OptimizerName = (typeof optimizers)[number]['name'];

export const losses = [
  'binary_crossentropy',
  'categorical_crossentropy',
  'mean_squared_error',
  'mean_absolute_error',
  'huber',
] as const satisfies readonly LossName[];

export const trainingFields = {
  target: choice(
    'Target',
    'What the output is held against: the label, or the input itself (an autoencoder).',
    'Goodfellow, Bengio & Courville 2016, §14',
    ['label', 'input'],
    {
      default: 'label',
    },
  ),
  loss: choice(
    'Loss',
    'What training makes small; from task and output when left out.',
    'Goodfellow, Bengio & Courville 2016, §6.2.1 and §6.2.2; huber: Huber 1964',
    losses,
    {
      advice: 'Cross-entropy for classes, squared error for numbers, huber where some of them are far off.',
      optional: true,
    },
  ),
  optimizer: raw<ResolvedOptimizer>(
    'Optimizer',
    'How a gradient becomes a step.',
    'Goodfellow, Bengio & Courville 2016, §8.5.4',
    named(optimizers),
    {
      advice: 'adam learns quickly with its defaults; sgd with momentum is the plainest to study.',
      optional: true,
    },
  ),
  schedule: raw<Schedule>(
    'Schedule',
    'How the learning rate changes from step to step.',
    'Loshchilov & Hutter 2017',
    named(schedules),
    {
      advice: 'cosine for a last stretch of small steps; constant while you look for a learning rate.',
      optional: true,
    },
  ),
  batchSize: raw<number | 'all'>(
    'Batch size',
    'Samples a step looks at; "all" for the whole training part.',
    'Goodfellow, Bengio & Courville 2016, §8.1.3',
    z.union([z.int().check(z.minimum(1), z.maximum(largest)), z.literal('all')]),
    { advice: '32 is a good start: fewer are noisier and make more updates an epoch.', default: 32 },
  ),
  epochs: integer('Epochs', 'How often training goes through the data.', 'Goodfellow, Bengio & Courville 2016, §7.8', {
    advice: 'Enough for the validation loss to stop falling; Pause ends it earlier.',
    default: 100,
    minimum: 0,
    maximum: 1_000_000,
  }),
  shuffle: raw<boolean>(
    'Shuffle',
    'A new order in each epoch, drawn from the seed.',
    'Goodfellow, Bengio & Courville 2016, §8.1.3',
    z.boolean(),
    { advice: 'Leave it on, unless the order means something.', default: true },
  ),
} satisfies Fields;

export interface ResolvedOptimizer {
  readonly name: OptimizerName;
  readonly learningRate: number;
  readonly optimizer: Optimizer;
}

const layerCommon = {
  id: z.optional(
    documented(
      z.string().check(z.regex(idPattern)),
      'Id',
      'The layer’s name, unique in the file: letters, digits, _ and -. Left out it is the type, numbered.',
    ),
  ),
  inputs: z.optional(
    documented(
      z.array(z.string()).check(z.minLength(1)),
      'Inputs',
      'Ids of earlier layers it reads, or "input"; the layer before when left out.',
    ),
  ),
};

export const expectOperators = ['>=', '<=', '>', '<'] as const;

export interface Expectation {
  metric: string;
  op: (typeof expectOperators)[number];
  value: number;
}

const cascading = Object.fromEntries(
  Object.entries(trainable).map(([key, field]) => [key, { ...field, optional: true }]),
);

/** The file as it may be written. It validates and never fills in: `resolve` knows the defaults. */
export const networkSchema = z.strictObject({
  $schema: z.optional(z.unknown()),
  version: documented(z.int().check(z.minimum(1), z.maximum(largest)), 'Version', 'Version of the file format: 1.'),
  name: z.optional(documented(z.string(), 'Name', 'What people call the network.')),
  seed: z.optional(
    documented(
      z.int().check(z.minimum(0), z.maximum(2 ** 32 - 1)),
      'Seed',
      'Fixes initial weights, split, shuffling, dropout and drawn data: same seed, same numbers.',
    ),
  ),
  data: documented(z.strictObject(shapeOf(dataFields)), 'Data', 'What the network learns from.'),
  defaults: z.optional(
    documented(z.strictObject(shapeOf(cascading)), 'Defaults', 'For every layer with weights that does not say.'),
  ),
  layers: documented(
    z.array(
      variants(
        'type',
        layers.map((row) => ({ ...row, name: row.type, parameters: row.fields })),
        layerCommon,
      ),
    ),
    'Layers',
    'From input to output.',
  ),
  training: z.optional(documented(z.strictObject(shapeOf(trainingFields)), 'Training', 'How the network learns.')),
  expect: z.optional(
    documented(
      z.array(
        z.strictObject({
          metric: documented(
            z.string(),
            'Metric',
            'A figure of the last record, such as validation.accuracy or layers.hidden.dead.',
          ),
          op: documented(z.enum(expectOperators), 'Comparison', 'How the figure compares with the value.'),
          value: documented(z.number(), 'Value', 'What it is compared with.'),
        }),
      ),
      'Expect',
      'What a run must show at its end; `rectifier train` exits 4 when one fails.',
    ),
  ),
  ui: z.optional(documented(z.unknown(), 'Designer', 'Whatever the designer wants to remember; training ignores it.')),
});

/** The file as written, once it has passed the schema. */
export type NetworkText = z.infer<typeof networkSchema>;

/** The whole network with every default written out: what everything after `resolve` works with. */
export interface Network {
  readonly name: string;
  readonly seed: number;
  readonly data: DataSpec;
  readonly layers: readonly Layer[];
  readonly training: Training;
  readonly expect: readonly Expectation[];
  /** The file it was resolved from: what an edit would find there. */
  readonly written: NetworkText;
}

export interface DataSpec {
  readonly source: Source;
  readonly samples: number;
  readonly noise: number;
  readonly path?: string;
  readonly format?: (typeof formats)[number];
  readonly target?: string | number | readonly (string | number)[];
  readonly task?: 'classification' | 'regression';
  readonly missing: 'error' | 'drop' | 'mean';
  readonly inputShape?: readonly number[];
  readonly split: Split;
  readonly scale: Scale;
  readonly corrupt?: Corruption;
}

/** A layer with its own fields resolved; `fields` holds what its row's table names. */
export interface Layer {
  readonly id: string;
  readonly type: string;
  /** Ids of the layers it reads; `input` is the network's input. */
  readonly inputs: readonly string[];
  readonly fields: Readonly<Record<string, unknown>> & {
    readonly activation?: Activation;
    readonly weights?: Initializer;
    readonly bias?: Initializer | false;
    readonly regularization?: Regularization;
  };
}

export interface Training {
  readonly target: 'label' | 'input';
  /** Undefined: chosen from task and output by `infer`. */
  readonly loss?: LossName;
  readonly learningRate: number;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  readonly batchSize: number | 'all';
  readonly epochs: number;
  readonly shuffle: boolean;
}
