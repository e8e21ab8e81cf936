import * as z from 'zod/mini';
import type { LossName, Optimizer } from '../plan/plan.ts';
import { schedules, type Schedule } from '../schedules.ts';
import { choice, integer, largest, named, raw, type Fields } from './fields.ts';
import { optimizers, type ResolvedOptimizer } from './optimizers.ts';

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
      control: 'optimizer',
    },
  ),
  schedule: raw<Schedule>(
    'Schedule',
    'How the learning rate changes from step to step.',
    'Loshchilov & Hutter 2017',
    named(schedules),
    {
      advice: 'cosine for a last stretch of small steps; constant while you look for a learning rate.',
      control: 'schedule',
    },
  ),
  batchSize: raw<number | 'all'>(
    'Batch size',
    'Samples a step looks at; "all" for the whole training part.',
    'Goodfellow, Bengio & Courville 2016, §8.1.3',
    z.union([z.int().check(z.minimum(1), z.maximum(largest)), z.literal('all')]),
    {
      ...{ advice: '32 is a good start: fewer are noisier and make more updates an epoch.' },
      ...{ default: 32, control: 'batch' },
    },
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
    { advice: 'Leave it on, unless the order means something.', default: true, control: 'switch' },
  ),
} satisfies Fields;

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
