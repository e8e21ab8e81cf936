import { activations } from '../activations/index.ts';
import type { Activation } from '../activations/index.ts';
import { initializers, type Fans, type Initializer } from '../initializers.ts';
import * as z from 'zod/mini';
import { named, shapeOf, number, type Field } from '../spec/fields.ts';
import type { ParameterRow, Regularization, Shape, Trainable } from './layer.ts';

export const penalties = {
  l1: number(
    'L1',
    'Adds λ·Σ|w| of the kernel to the loss: drives weights to 0.',
    'Goodfellow, Bengio & Courville 2016, §7.1.2',
    {
      advice: 'Try 1e-5 to 1e-3 where only some inputs matter.',
      minimum: 0,
      default: 0,
    },
  ),
  l2: number(
    'L2',
    'Adds λ·Σw² of the kernel to the loss: keeps weights small.',
    'Goodfellow, Bengio & Courville 2016, §7.1.1',
    {
      advice: 'Try 1e-4 to 1e-2 when the validation loss rises while the training loss falls.',
      minimum: 0,
      default: 0,
    },
  ),
  activityL1: number(
    'Activity L1',
    'Adds λ·Σ|a|/batch of the outputs to the loss: makes them sparse. Positions count, so a convolution’s sum is larger.',
    'Glorot, Bordes & Bengio 2011; Goodfellow, Bengio & Courville 2016, §7.10',
    { advice: 'Try 1e-4 to 1e-2 for a sparse code, as in a sparse autoencoder.', minimum: 0, default: 0 },
  ),
};

// What is written may be shorter (a name for an object, a number for an initialiser); `resolve` makes it whole.
const cascading = <T>(field: {
  schema: z.ZodMiniType;
  label: string;
  doc: string;
  advice: string;
  source: string;
  control: Field['control'];
}): Field<T> => ({ ...field, cascades: true }) as unknown as Field<T>;

export const activationField = cascading<Activation>({
  schema: named(activations),
  label: 'Activation',
  doc: 'The non-linearity after the weighted sum.',
  advice:
    'Inside, relu is the first to try. At the end: softmax for classes, sigmoid for yes or no, linear for numbers.',
  source: 'Goodfellow, Bengio & Courville 2016, §6.2.2 and §6.3',
  control: 'activation',
});

/** The fields of every layer with weights; each falls back to the network's `defaults`. */
export const trainable = {
  activation: activationField,
  weights: cascading<Initializer>({
    schema: named(initializers),
    label: 'Initial weights',
    doc: 'Where the kernel starts.',
    advice:
      'ReLU layers want He, tanh and sigmoid want Glorot, selu wants LeCun. “Xavier ±1/√n”, as many tutorials print it, is fan_in_uniform, not Glorot.',
    source: 'He, Zhang, Ren & Sun 2015; Glorot & Bengio 2010; Klambauer et al. 2017',
    control: 'initializer',
  }),
  bias: cascading<Initializer | false>({
    schema: z.union([z.number(), z.literal(false), named(initializers)]),
    label: 'Bias',
    doc: 'Where the bias starts: a number, false for none, or an initialiser.',
    advice:
      '0 is usual; 0.1 lets most ReLU units be active at first; none just before a batch normalization, which shifts by itself.',
    source: 'Goodfellow, Bengio & Courville 2016, §6.3.1; Ioffe & Szegedy 2015, §3.2',
    control: 'bias',
  }),
  regularization: cascading<Regularization>({
    schema: z.strictObject(shapeOf(penalties)),
    label: 'Regularization',
    doc: 'Penalties added to the loss.',
    advice: 'For when the network learns its training data by heart.',
    source: 'Goodfellow, Bengio & Courville 2016, §7.1',
    control: 'regularization',
  }),
};

/** The kernel and, unless there is none, the bias of a layer with `units` outputs. */
export function kernelAndBias(fields: Trainable, shape: Shape, units: number, fans: Fans): readonly ParameterRow[] {
  const { l1, l2 } = fields.regularization;
  const slopes = slopeOf(fields.activation, units);
  const weights: ParameterRow = { role: 'weights', shape, fans, initializer: fields.weights, l1, l2 };
  if (fields.bias === false) return [weights, ...slopes];
  return [weights, { role: 'bias', shape: [units], fans, initializer: fields.bias, l1: 0, l2: 0 }, ...slopes];
}

/** PReLU's learned slopes, one a unit or channel; nothing for the others. */
export function slopeOf({ name, parameters }: Activation, units: number): readonly ParameterRow[] {
  return name === 'prelu' ? [constant('slope', units, parameters.initial ?? 0)] : [];
}

/** A learned vector that begins the same everywhere. */
export const constant = (role: ParameterRow['role'], size: number, value: number): ParameterRow => ({
  ...{ role, shape: [size], fans: { in: 1, out: size }, l1: 0, l2: 0 },
  initializer: { name: 'constant', parameters: { value } },
});
