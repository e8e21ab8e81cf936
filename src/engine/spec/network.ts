import * as z from 'zod/mini';
import type { Activation } from '../activations/index.ts';
import type { Initializer } from '../initializers.ts';
import { layers, type LayerRow, type Regularization } from '../layers/index.ts';
import { trainable } from '../layers/trainable.ts';
import type { LossName, Optimizer } from '../plan/plan.ts';
import { choice, integer, number, shapeOf, type Field, type Fields } from './fields.ts';

/** Newest file version this program knows. */
export const version = 1;

export const idPattern = /^[A-Za-z_][A-Za-z0-9_-]*$/;
/** Ids that mean something else. */
export const reservedIds = ['input', 'optimizer'];

export const sources = ['circles', 'moons', 'spiral', 'xor', 'blobs', 'file'] as const;
export type Source = (typeof sources)[number];
export const formats = ['csv', 'tsv'] as const;

const raw = <T>(
  label: string,
  doc: string,
  schema: z.ZodMiniType,
  options: { default?: T; optional?: boolean } = { optional: true },
): Field<T> => ({ label, doc, schema, control: 'none', ...options }) as unknown as Field<T>;

const fraction = z.number().check(z.minimum(0), z.maximum(1));

export const dataFields = {
  source: choice('Source', 'Points drawn by the program, or `file`.', sources),
  samples: integer('Samples', 'How many points a drawn source gives.', { default: 1000, maximum: 10_000_000 }),
  noise: number('Noise', 'Standard deviation added to each coordinate.', { default: 0.1, minimum: 0 }),
  path: raw<string>('Path', 'The data file, relative to the network file.', z.string().check(z.minLength(1))),
  format: choice('Format', 'How the data file is written; from its name when left out.', formats, { optional: true }),
  target: raw<string | number | readonly (string | number)[]>(
    'Target',
    'Column name or index of the label (or a list of them); the last column when left out.',
    z.union([z.string(), z.int().check(z.minimum(0)), z.array(z.union([z.string(), z.int().check(z.minimum(0))])).check(z.minLength(1))]),
  ),
  task: choice('Task', 'What is predicted; from the target’s type when left out.', ['classification', 'regression'], { optional: true }),
  missing: choice('Missing values', 'What to do with empty or NaN fields.', ['error', 'drop', 'mean'], { default: 'error' }),
  inputShape: raw<readonly number[]>(
    'Input shape',
    '[features], or [height, width, channels] for pictures.',
    z.union([
      z.tuple([z.int().check(z.minimum(1))]),
      z.tuple([z.int().check(z.minimum(1)), z.int().check(z.minimum(1)), z.int().check(z.minimum(1))]),
    ]),
  ),
  split: raw<Split>(
    'Split',
    'Fractions for training, validation and test; they add up to 1.',
    z.strictObject({ train: fraction.check(z.gt(0)), validation: z.optional(fraction), test: z.optional(fraction) }),
    { default: { train: 0.8, validation: 0.2, test: 0 } },
  ),
  scale: raw<Scale>(
    'Scale',
    'How inputs are scaled, fitted on the training part alone.',
    z.union([
      z.enum(['none', 'standardize']),
      z.discriminatedUnion('method', [
        z.strictObject({ method: z.literal('none') }),
        z.strictObject({ method: z.literal('standardize') }),
        z.strictObject({ method: z.literal('minmax'), range: z.tuple([z.number(), z.number()]) }),
      ]),
    ]),
    { default: { method: 'standardize' } },
  ),
} satisfies Fields;

export interface Split {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

export type Scale =
  | { readonly method: 'none' }
  | { readonly method: 'standardize' }
  | { readonly method: 'minmax'; readonly range: readonly [number, number] };

const rate = { minimum: 0 };
/** Hyper-parameters of each optimiser, with PyTorch's defaults but for the learning rate. */
export const optimizers = [
  {
    name: 'sgd',
    label: 'SGD',
    doc: 'Stochastic gradient descent, with momentum if you give it some.',
    parameters: {
      learningRate: number('Learning rate', 'Size of a step.', { default: 0.01, ...rate }),
      momentum: number('Momentum', 'How much of the last step goes on.', { default: 0, ...rate }),
      nesterov: raw<boolean>('Nesterov', 'Look ahead along the momentum.', z.boolean(), { default: false }),
      weightDecay: number('Weight decay', 'Pulls every weight and bias towards 0.', { default: 0, ...rate }),
      clipNorm: number('Clip norm', 'Longest gradient allowed over all parameters; 0 for no limit.', { default: 0, ...rate }),
    },
  },
  {
    name: 'adam',
    label: 'Adam',
    doc: 'Steps scaled by running means of the gradient and its square (Kingma & Ba 2015).',
    parameters: {
      learningRate: number('Learning rate', 'Size of a step.', { default: 0.001, ...rate }),
      betas: raw<readonly [number, number]>(
        'Betas',
        'How slowly the two running means change.',
        z.tuple([z.number().check(z.minimum(0), z.lt(1)), z.number().check(z.minimum(0), z.lt(1))]),
        { default: [0.9, 0.999] },
      ),
      epsilon: number('Epsilon', 'Keeps the division from 0.', { default: 1e-8, ...rate }),
      weightDecay: number('Weight decay', 'Pulls every weight and bias towards 0.', { default: 0, ...rate }),
      clipNorm: number('Clip norm', 'Longest gradient allowed over all parameters; 0 for no limit.', { default: 0, ...rate }),
    },
  },
] as const;
export type OptimizerName = (typeof optimizers)[number]['name'];

const optimizerObjects = optimizers.map((row) => z.strictObject({ name: z.literal(row.name), ...shapeOf(row.parameters) }));

export const losses = [
  'binary_crossentropy',
  'categorical_crossentropy',
  'mean_squared_error',
  'mean_absolute_error',
  'huber',
] as const satisfies readonly LossName[];

export const trainingFields = {
  loss: choice('Loss', 'What training makes small; from task and output when left out.', losses, { optional: true }),
  optimizer: raw<ResolvedOptimizer>(
    'Optimizer',
    'How a gradient becomes a step.',
    z.union([
      z.enum(optimizers.map((row) => row.name)),
      z.discriminatedUnion('name', optimizerObjects as unknown as [z.ZodMiniObject, ...z.ZodMiniObject[]]),
    ]),
  ),
  batchSize: raw<number | 'all'>(
    'Batch size',
    'Samples a step looks at; "all" for the whole training part.',
    z.union([z.int().check(z.minimum(1), z.maximum(2 ** 31 - 1)), z.literal('all')]),
    { default: 32 },
  ),
  epochs: integer('Epochs', 'How often training goes through the data.', { default: 100, minimum: 0, maximum: 1_000_000 }),
  shuffle: raw<boolean>('Shuffle', 'A new order in each epoch, drawn from the seed.', z.boolean(), { default: true }),
} satisfies Fields;

export interface ResolvedOptimizer {
  readonly name: OptimizerName;
  readonly learningRate: number;
  readonly optimizer: Optimizer;
}

const layerObject = (row: LayerRow) =>
  z.strictObject({
    id: z.optional(z.string().check(z.regex(idPattern))),
    type: z.literal(row.type),
    inputs: z.optional(z.array(z.string())),
    ...shapeOf(row.fields),
  });

export const expectOperators = ['>=', '<=', '>', '<'] as const;

export interface Expectation {
  metric: string;
  op: (typeof expectOperators)[number];
  value: number;
}

/** The file as it may be written. It validates and never fills in: `resolve` knows the defaults. */
export const networkSchema = z.strictObject({
  $schema: z.optional(z.string()),
  version: z.int().check(z.minimum(1)),
  name: z.optional(z.string()),
  seed: z.optional(z.int().check(z.minimum(0), z.maximum(2 ** 32 - 1))),
  data: z.strictObject(shapeOf(dataFields)),
  defaults: z.optional(
    z.strictObject(shapeOf(Object.fromEntries(Object.entries(trainable).map(([key, field]) => [key, { ...field, optional: true }])))),
  ),
  layers: z.array(z.discriminatedUnion('type', layers.map(layerObject) as unknown as [z.ZodMiniObject, ...z.ZodMiniObject[]])),
  training: z.optional(z.strictObject(shapeOf(trainingFields))),
  expect: z.optional(
    z.array(z.strictObject({ metric: z.string(), op: z.enum(expectOperators), value: z.number() })),
  ),
  ui: z.optional(z.unknown()),
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
  /** Undefined: chosen from task and output by `infer`. */
  readonly loss?: LossName;
  readonly learningRate: number;
  readonly optimizer: Optimizer;
  readonly batchSize: number | 'all';
  readonly epochs: number;
  readonly shuffle: boolean;
}
