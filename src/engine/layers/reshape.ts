import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { largest, type Field } from '../spec/fields.ts';
import { layer, only, ShapeError, shapeText, sizeOf, type Shape } from './layer.ts';

const side = z.int().check(z.minimum(1), z.maximum(largest));
const shape: Field<Shape> = {
  schema: z.union([z.tuple([side]), z.tuple([side, side, side])]) as unknown as z.ZodMiniType<Shape>,
  label: 'Shape',
  doc: '[features], or [height, width, channels]; as many values as come in.',
  source: 'No source: channels last, as Keras 3.',
  control: 'shape',
};

export const reshape = layer({
  type: 'reshape',
  label: 'Reshape',
  doc: 'The same values in another shape: a row of numbers as a picture.',
  fields: { shape },
  shape(fields, inputs) {
    const input = only(inputs);
    if (sizeOf(input) !== sizeOf(fields.shape)) {
      const [from, to] = [sizeOf(input), sizeOf(fields.shape)];
      throw new ShapeError(
        l10n.t('gets {0}, {1} values, but its shape holds {2}; make them equal', shapeText(input), from, to),
        'shape',
      );
    }
    return fields.shape;
  },
  parameters: () => [],
  multiplyAdds: () => 0,
  emit: (emitter, _, inputs, output) => emitter.reshape(only(inputs), output),
});
