import * as l10n from '@vscode/l10n';
import type { LayerRow } from '../engine/layers/index.ts';
import type { TextEdit } from '../engine/spec/edit.ts';
import { locate } from '../engine/spec/parse.ts';
import { drawnById, unreadable, type DocumentState, type Drawing, type DrawnLayer } from './document.ts';
import { EditQueue } from './editQueue.ts';
import { insertMany, layersOf, layersText, removeMany } from './editsMany.ts';
import * as edits from './edits.ts';
import type { Host } from './host.ts';
import { freshView, type Selection, type View } from './view.ts';

/**
 * The file as it is drawn, what of it is selected, and every gesture that changes it: each asks the host for one edit, and what comes back is
 * drawn.
 */
export abstract class DrawnFile {
  /** Not known before the host has said it. */
  readOnly: boolean | undefined;
  document: DocumentState | undefined;
  readonly view: View = freshView();
  private readonly queue: EditQueue;
  /** Changes that were made before the host said whether the file can be changed. */
  private early: (() => void)[] = [];
  /** What was asked of a layer while a change was under way: it means the drawing that comes of it. */
  private later: (() => void)[] = [];

  constructor(protected readonly host: Host) {
    this.queue = new EditQueue(
      () => (this.fault === undefined ? this.document : undefined),
      (edit) => host.post({ type: 'edit', ...edit }),
      unreadable,
      (reason) => this.refuse(reason),
    );
  }

  /** Draws with the next frame. */
  abstract readonly changed: () => void;

  get drawing(): Drawing | undefined {
    return this.document?.drawing;
  }

  /** Why the drawing cannot be changed, as far as is known; never one that is not of the text as it is. */
  private get fault(): string | undefined {
    const { document } = this;
    if (!document?.current) return l10n.t('The text cannot be read as it is now.');
    if (document.newerVersion) return l10n.t('The file was written by a newer Rectifier.');
    return this.readOnly ? l10n.t('The file is read-only.') : undefined;
  }

  /** Whether the drawing may be changed; before the host has said so a change waits for its word. */
  get editable(): boolean {
    return this.fault === undefined;
  }

  /** Whether a change is under way or waits. */
  get changing(): boolean {
    return this.early.length > 0 || this.queue.busy;
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

  protected refuse(reason: string): void {
    this.view.notice = l10n.t('The change was not made: {0}', reason);
    this.changed();
  }

  edit(gesture: edits.Gesture): void {
    this.view.notice = undefined;
    const { fault } = this;
    if (fault !== undefined) this.refuse(fault);
    else if (this.readOnly === undefined) this.early.push(() => this.edit(gesture));
    else this.queue.push(gesture);
  }

  /** Does it once no change is under way: whoever presses Delete twice means two layers. */
  whenDrawn(act: () => void): void {
    if (this.changing || this.later.length > 0) this.later.push(act);
    else act();
  }

  /** The host has said whether the file can be changed. What was done before is done now, unless the text is another one by now. */
  protected begun(readOnly: boolean, sameText: boolean): void {
    this.readOnly = readOnly;
    const early = this.early.splice(0);
    if (sameText) for (const act of early) act();
    else if (early.length > 0) this.refused(l10n.t('The text has changed meanwhile. Try again.'));
    this.goOn();
  }

  /** A new document has come and is drawn. */
  protected documentChanged(): void {
    this.queue.documentChanged();
    const { fault } = this;
    if (fault !== undefined && this.changing) this.refused(fault);
    this.goOn();
  }

  /** The host did not make an edit: what was to follow it was meant for another text. */
  protected refused(reason: string): void {
    this.queue.refused();
    this.later = [];
    this.refuse(reason);
  }

  private goOn(): void {
    while (!this.changing && this.later.length > 0) this.later.shift()!();
  }

  /** Whether the text may be changed, drawn or not. */
  get mendable(): boolean {
    return this.document !== undefined && !this.document.newerVersion && !this.readOnly;
  }

  /** Mends a text that may not be drawn yet, where gestures have nothing to start from. */
  mend(edit: TextEdit, label: string): void {
    this.view.notice = undefined;
    if (!this.document || !this.mendable) return;
    if (this.readOnly === undefined) this.early.push(() => this.mend(edit, label));
    else this.host.post({ type: 'edit', version: this.document.version, edits: [edit], label });
  }

  /** Gives an empty file its first text. */
  fill(text: string, label: string): void {
    if (this.document) this.mend({ offset: 0, length: this.document.text.length, text }, label);
  }

  /** `extend`: the range from where it began, or from the layer selected so far, to this one. */
  select(selection: Selection, extend = false): void {
    this.view.anchor = extend ? (this.view.anchor ?? this.selectedLayer?.index) : undefined;
    this.view.selection = selection;
    this.view.unit = 0;
    this.view.hovered = undefined;
    this.changed();
  }

  /** Selects something and opens the inspector on it. */
  show(selection: Selection): void {
    this.view.inspector = true;
    this.select(selection);
  }

  addLayer(row: LayerRow, index: number): void {
    if (this.drawing) this.edit(edits.addLayer(this.drawing, row, index));
    this.view.selection = { index };
    this.closePalette();
  }

  removeLayer(layer: DrawnLayer): void {
    if (!this.drawing) return;
    this.edit(edits.remove(this.drawing, layer));
    this.view.selection = { index: layer.index };
  }

  removeSelected(): void {
    const [first, ...more] = this.selectedLayers;
    if (!first || !this.drawing) return;
    if (more.length === 0) return this.removeLayer(first);
    this.edit(removeMany(this.drawing, [first, ...more]));
    this.view.anchor = undefined;
    this.view.selection = { index: first.index };
  }

  /** The selected layers as JSON, for the clipboard. */
  get selectedText(): string {
    return layersText(this.selectedLayers);
  }

  /** Puts layers from a text behind the selected ones; gives whether it held any. */
  pasteLayers(text: string): boolean {
    const pasted = layersOf(text);
    if (!pasted || !this.drawing) return false;
    const index = (this.selectedLayers.at(-1)?.index ?? this.drawing.layers.length - 1) + 1;
    this.edit(insertMany(this.drawing, index, pasted));
    this.view.anchor = undefined;
    this.view.selection = { index: index + pasted.length - 1 };
    return true;
  }

  moveLayer(layer: DrawnLayer, to: number): void {
    const last = (this.drawing?.layers.length ?? 0) - 1;
    if (to >= 0 && to <= last) this.edit(edits.move(layer, to));
  }

  renameLayer(layer: DrawnLayer, id: string): void {
    if (!this.drawing) return;
    this.edit(edits.rename(this.drawing, layer, id));
    this.view.selection = { index: layer.index };
  }

  /** Where the value at a path stands in the text. */
  offsetOf(path: string): number | undefined {
    return this.document && locate(this.document.text, { severity: 'info', rule: '', message: '', path }).offset;
  }

  openPalette(index: number, anchor: HTMLElement): void {
    this.view.palette = { index, anchor };
    this.changed();
  }

  closePalette(): void {
    this.view.palette?.anchor.focus();
    this.view.palette = undefined;
    this.changed();
  }
}
