import * as z from 'zod/mini';
import type { Activation } from '../activations/index.ts';
import type { Initializer } from '../initializers.ts';
import { layers, type Regularization } from '../layers/index.ts';
import { trainable } from '../layers/trainable.ts';
import { dataFields, type DataSpec } from './dataFields.ts';
import { documented, largest, shapeOf, variants } from './fields.ts';
import { trainingFields, type Training } from './trainingFields.ts';

/** Newest file version this program knows. */
export const version = 1;

export const idPattern = /^[A-Za-z_][A-Za-z0-9_-]*$/;
/** Ids that mean something else. */
export const reservedIds = ['input', 'optimizer'];

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
