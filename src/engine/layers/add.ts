import * as l10n from '@vscode/l10n';
import { layer, ShapeError, shapeText } from './layer.ts';

export const add = layer({
  type: 'add',
  label: 'Add',
  doc: 'Adds up layers of one shape: a skip connection.',
  fields: {},
  joins: true,
  shape(_, inputs) {
    const [first, ...rest] = inputs;
    if (!first || rest.length === 0)
      throw new ShapeError(l10n.t('adds up two or more layers; name them in its inputs'), 'inputs');
    const other = rest.find((shape) => shapeText(shape) !== shapeText(first));
    if (other) {
      throw new ShapeError(
        l10n.t('adds up layers of one shape, but gets {0} and {1}', shapeText(first), shapeText(other)),
        'inputs',
      );
    }
    return first;
  },
  parameters: () => [],
  multiplyAdds: () => 0,
  emit: (emitter, _, inputs) => emitter.add(inputs),
});
