import { layers as layerTypes } from '../../../src/engine/layers/index.ts';
import type { TextEdit } from '../../../src/engine/spec/edit.ts';
import { readDocument, type Drawing } from '../../../src/webview/document.ts';
import { DrawnFile } from '../../../src/webview/drawnFile.ts';
import * as edits from '../../../src/webview/edits.ts';
import { insertMany, layersOf, removeMany } from '../../../src/webview/editsMany.ts';
import type { Host } from '../../../src/webview/host.ts';
import type { ToWebview } from '../../../src/webview/hostProtocol.ts';
import { layersText } from '../../../src/webview/shownFile.ts';

/** A gesture a person could make now; undefined where this one has nothing to start from. */
export function randomGesture(drawing: Drawing, draw: (n: number) => number): edits.Gesture | undefined {
  const { layers } = drawing;
  const layer = layers[draw(layers.length)];
  const few = layers.slice(draw(layers.length)).slice(0, 1 + draw(3));
  switch (draw(9)) {
    case 0:
    case 1:
      return edits.addLayer(drawing, layerTypes[draw(layerTypes.length)]!, draw(layers.length + 1));
    case 2:
      return layer && edits.remove(drawing, layer);
    case 3:
      return layer && edits.move(layer, draw(layers.length));
    case 4: {
      const id = `layer${draw(1000)}`;
      return layer && !edits.idFault(drawing, id) ? edits.rename(drawing, layer, id) : undefined;
    }
    case 5:
      return layer?.row.unitsField ? edits.setField(layer, layer.row.unitsField, 1 + draw(64)) : undefined;
    case 6:
      return layer && 'activation' in layer.row.fields
        ? edits.setField(layer, 'activation', ['relu', 'tanh', undefined][draw(3)])
        : undefined;
    case 7:
      return few.length > 0 ? insertMany(drawing, draw(layers.length + 1), layersOf(layersText(few)) ?? []) : undefined;
    default:
      return few.length > 0 ? removeMany(drawing, few) : undefined;
  }
}

/** A designer's page without its views: the file as drawn, its gestures, and the host's messages taken as the panel takes them. */
export class DrawnPage extends DrawnFile {
  override readOnly: boolean | undefined = false;
  readonly changed = (): void => undefined;

  constructor(send: (edit: { type: 'edit'; version: number; edits: TextEdit[]; label: string }) => void) {
    super({ post: send } as unknown as Host);
  }

  receive(message: ToWebview): void {
    if (message.type === 'init' || message.type === 'document') {
      const { text, version } = message;
      const sameText = this.document?.text === text && this.document.version === version;
      this.document = readDocument(text, version, this.document, () => ({ loading: false, problems: [] }));
      if (message.type === 'init') this.begun(message.readOnly, sameText);
      else this.documentChanged();
    } else if (message.type === 'editRefused') {
      this.refused(message.reason);
    }
  }
}
