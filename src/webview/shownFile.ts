import * as l10n from '@vscode/l10n';
import { drawnById, type DocumentState, type Drawing, type DrawnLayer } from './document.ts';
import { freshView, type Selection, type View } from './view.ts';

/** Layers as they stand in the file, for the clipboard. */
export const layersText = (layers: readonly DrawnLayer[]): string =>
  JSON.stringify(
    layers.map(({ layer, written }) => ({ id: layer.id, ...written })),
    null,
    2,
  );

/** A file as it is drawn, and what of it is selected. */
export abstract class ShownFile {
  /** Not known before the host has said it. */
  readOnly: boolean | undefined;
  document: DocumentState | undefined;
  readonly view: View = freshView();

  /** Draws with the next frame. */
  abstract readonly changed: () => void;

  get drawing(): Drawing | undefined {
    return this.document?.drawing;
  }

  /** Why the drawing cannot be changed, as far as is known; never one that is not of the text as it is. */
  protected get fault(): string | undefined {
    const { document } = this;
    if (!document?.current) return l10n.t('The text cannot be read as it is now.');
    if (document.newerVersion) return l10n.t('The file was written by a newer Rectifier.');
    return this.readOnly ? l10n.t('The file is read-only.') : undefined;
  }

  /** Whether the drawing may be changed; before the host has said so a change waits for its word. */
  get editable(): boolean {
    return this.fault === undefined;
  }

  get trainable(): { drawing: Drawing; text: string } | undefined {
    const { document } = this;
    return document?.current && document.drawing?.graph
      ? { drawing: document.drawing, text: document.text }
      : undefined;
  }

  get selectedLayer(): DrawnLayer | undefined {
    const { selection } = this.view;
    const layers = this.drawing?.layers ?? [];
    if (typeof selection === 'string') return undefined;
    const named = selection.id === undefined ? undefined : drawnById(layers, selection.id);
    return named ?? layers[Math.min(selection.index, layers.length - 1)];
  }

  /** The selected layers, in file order: one, or a range. */
  get selectedLayers(): readonly DrawnLayer[] {
    const { selectedLayer: last } = this;
    if (!last) return [];
    const anchor = Math.min(this.view.anchor ?? last.index, (this.drawing?.layers.length ?? 1) - 1);
    const [from, to] = [Math.min(anchor, last.index), Math.max(anchor, last.index)];
    return this.drawing?.layers.slice(from, to + 1) ?? [];
  }

  /** The selected layers as JSON, for the clipboard. */
  get selectedText(): string {
    return layersText(this.selectedLayers);
  }

  /** `extend`: the range from where it began, or from the layer selected so far, to this one. */
  select(selection: Selection, extend = false): void {
    this.view.anchor = extend ? (this.view.anchor ?? this.selectedLayer?.index) : undefined;
    this.view.selection = selection;
    this.view.unit = 0;
    this.view.hovered = undefined;
    this.changed();
  }

  hoverUnit(hovered: View['hovered']): void {
    this.view.hovered = hovered;
    this.changed();
  }

  setDrag(drag: View['drag']): void {
    this.view.drag = drag;
    this.changed();
  }

  focusUnit(layer: number, unit: number): void {
    this.view.unit = unit;
    this.hoverUnit({ layer, unit });
  }

  /** Selects something and opens the inspector on it. */
  show(selection: Selection): void {
    this.view.inspector = true;
    this.select(selection);
  }
}
