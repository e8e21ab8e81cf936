import * as z from 'zod/mini';
import { choice, documented, integer, largest, number, raw, type Fields } from './fields.ts';

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
export const formats = ['csv', 'tsv', 'idx', 'npy', 'npz', 'images'] as const;
export type Format = (typeof formats)[number];

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
  source: {
    ...choice(
      'Source',
      'Points or pictures drawn by the program, or `file`.',
      'circles and moons: scikit-learn’s make_circles and make_moons; spiral and xor: TensorFlow Playground',
      sources,
      {
        advice: 'Points show how a boundary bends; glyphs and shapes are pictures for convolutions.',
      },
    ),
    control: 'source',
  },
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
    'The data file, or the folder of pictures, relative to the network file.',
    'No source: it only says where the file is.',
    z.string().check(z.minLength(1)),
    { control: 'file' },
  ),
  format: choice(
    'Format',
    'How the data file is written; from its name when left out.',
    'RFC 4180 (CSV); W3C, Portable Network Graphics (images: a folder with one folder a class); numpy.lib.format (npy, npz); LeCun, Cortes & Burges, The MNIST database (idx)',
    formats,
    { optional: true },
  ),
  target: raw<string | number | readonly (string | number)[]>(
    'Target',
    'Column name or index of the label (or a list of them); the last column when left out. Of npz the names of inputs and labels, ["x", "y"] when left out.',
    'No source: it only names a column.',
    z.union([z.string(), z.int().check(z.minimum(0), z.maximum(largest)), z.array(column).check(z.minLength(1))]),
    { control: 'columns' },
  ),
  labels: raw<string>(
    'Labels',
    'The label file that goes with an idx or npy file, relative to the network file.',
    'No source: it only says where the file is.',
    z.string().check(z.minLength(1)),
    { control: 'file' },
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
    { control: 'shape' },
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
      control: 'split',
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
      control: 'scale',
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
    { control: 'corruption' },
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

/** Where samples come from and what is done to them, every default written out. */
export interface DataSpec {
  readonly source: Source;
  readonly samples: number;
  readonly noise: number;
  readonly path?: string;
  readonly format?: Format;
  readonly target?: string | number | readonly (string | number)[];
  readonly labels?: string;
  readonly task?: 'classification' | 'regression';
  readonly missing: 'error' | 'drop' | 'mean';
  readonly inputShape?: readonly number[];
  readonly split: Split;
  readonly scale: Scale;
  readonly corrupt?: Corruption;
}
