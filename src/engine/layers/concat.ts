import * as l10n from '@vscode/l10n';
import { layer, ShapeError, shapeText, unitsOf } from './layer.ts';

export const concat = layer({
  type: 'concat',
  label: 'Concatenate',
  doc: 'Puts the features or channels of layers side by side: a skip connection.',
  fields: {},
  joins: true,
  shape(_, inputs) {
    const [first, ...rest] = inputs;
    if (!first || rest.length === 0)
      throw new ShapeError(l10n.t('joins two or more layers; name them in its inputs'), 'inputs');
    const other = rest.find((shape) => shapeText(shape.slice(0, -1)) !== shapeText(first.slice(0, -1)));
    if (other) {
      throw new ShapeError(
        l10n.t(
          'joins layers that differ in their last size alone, but gets {0} and {1}',
          shapeText(first),
          shapeText(other),
        ),
        'inputs',
      );
    }
    return [...first.slice(0, -1), inputs.reduce((sum, shape) => sum + unitsOf(shape), 0)];
  },
  parameters: () => [],
  multiplyAdds: () => 0,
  emit: (emitter, _, inputs, output) => emitter.concat(inputs, output),
});
