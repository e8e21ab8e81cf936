import * as z from 'zod/mini';
import type { Optimizer } from '../plan/plan.ts';
import { number, raw } from './fields.ts';

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
  { advice: 'Rarely changed.', default: [0.9, 0.999], control: 'pair' },
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
        { default: false, control: 'switch' },
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
        { advice: 'Rarely changed.', default: 0.99, control: 'number' },
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

export interface ResolvedOptimizer {
  readonly name: OptimizerName;
  readonly learningRate: number;
  readonly optimizer: Optimizer;
}
