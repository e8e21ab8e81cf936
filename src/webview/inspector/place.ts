import * as l10n from '@vscode/l10n';
import { trainable } from '../../engine/layers/trainable.ts';
import { dataFields } from '../../engine/spec/dataFields.ts';
import type { Fields } from '../../engine/spec/fields.ts';
import { defaultsOf } from '../../engine/spec/resolve.ts';
import { trainingFields } from '../../engine/spec/trainingFields.ts';
import type { Drawing, DrawnLayer } from '../document.ts';
import { set, setField, setInEach, type Gesture, type Path } from '../edits.ts';
import type { Panel } from '../store.ts';

type Values = Readonly<Record<string, unknown>>;

/** Where in the file some fields stand: a layer, or one of the parts of the network. */
export interface Place {
  readonly panel: Panel;
  readonly drawing: Drawing;
  readonly fields: Fields;
  /** The layer, if they are a layer's: what it leaves out comes from the network's defaults. */
  readonly drawn?: DrawnLayer;
  /** With every default filled in. */
  readonly values: Values;
  readonly written: Values;
  /** Sets a value below the place; undefined takes it out of the file. */
  readonly set: (path: Path, value: unknown) => Gesture;
}

/** The fields of a layer; where several are selected, what is set is set in each that has the field. */
export const layerPlace = (panel: Panel, drawing: Drawing, drawn: DrawnLayer): Place => ({
  ...{ panel, drawing, drawn, fields: drawn.row.fields, values: drawn.layer.fields, written: drawn.written },
  set(path, value) {
    const all = panel.selectedLayers.filter(({ row }) => String(path[0]) in row.fields);
    return all.length > 1 && all.includes(drawn) ? setInEach(all, path, value) : setField(drawn, path, value);
  },
});

export type PartName = 'data' | 'training' | 'defaults';

export function partPlace(panel: Panel, drawing: Drawing, part: PartName): Place {
  const { network, written } = drawing;
  const [fields, values] = {
    data: [dataFields, network.data],
    training: [trainingFields, network.training],
    defaults: [trainable, defaultsOf(network.written)],
  }[part] as unknown as [Fields, Values];
  return {
    ...{ panel, drawing, fields, values, written: (written[part] ?? {}) as Values },
    set: (path, value) =>
      set(
        [part, ...path],
        value,
        value === undefined
          ? l10n.t('Use the default {0} of {1}', path.join('.'), part)
          : l10n.t('Set {0} of {1}', path.join('.'), part),
      ),
  };
}
