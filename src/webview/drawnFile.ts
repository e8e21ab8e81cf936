import * as l10n from '@vscode/l10n';
import type { LayerRow } from '../engine/layers/index.ts';
import type { TextEdit } from '../engine/spec/edit.ts';
import { locate } from '../engine/spec/parse.ts';
import { unreadable, type DrawnLayer } from './document.ts';
import { EditQueue } from './editQueue.ts';
import { insertMany, layersOf, removeMany } from './editsMany.ts';
import * as edits from './edits.ts';
import type { Host } from './host.ts';
import { ShownFile } from './shownFile.ts';

/** The file as it is drawn, and every gesture that changes it: each asks the host for one edit, and what comes back is drawn. */
export abstract class DrawnFile extends ShownFile {
  private readonly queue: EditQueue;
  /** What was done before the host said whether the file can be changed. */
  private early: (() => void)[] = [];
  /** What was asked of a layer while a change was under way: it means the drawing that comes of it. */
  private later: (() => void)[] = [];

  constructor(protected readonly host: Host) {
    super();
    this.queue = new EditQueue(
      () => (this.fault === undefined ? this.document : undefined),
      (edit) => host.post({ type: 'edit', ...edit }),
      unreadable,
      (reason) => this.refuse(reason),
    );
  }

  /** Whether a change is under way or waits. */
  get changing(): boolean {
    return this.early.length > 0 || this.queue.busy;
  }

  protected refuse(reason: string): void {
    this.view.notice = l10n.t('The change was not made: {0}', reason);
    this.changed();
  }

  edit(gesture: edits.Gesture): void {
    this.view.notice = undefined;
    const { fault } = this;
    if (fault !== undefined) this.refuse(fault);
    else if (this.readOnly === undefined) this.whenBegun(() => this.edit(gesture));
    else this.queue.push(gesture);
  }

  /** Does it once the host has said whether the file can be changed; not if its text is another one by then, and that is said. */
  whenBegun(act: () => void): void {
    if (this.readOnly === undefined) this.early.push(act);
    else act();
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

  /** Puts layers from a text behind the ones that are selected once no change is under way; gives whether it held any. */
  pasteLayers(text: string): boolean {
    const pasted = layersOf(text);
    if (!pasted || !this.drawing) return false;
    this.whenDrawn(() => {
      if (!this.drawing) return;
      const index = (this.selectedLayers.at(-1)?.index ?? this.drawing.layers.length - 1) + 1;
      this.edit(insertMany(this.drawing, index, pasted));
      this.view.anchor = undefined;
      this.view.selection = { index: index + pasted.length - 1 };
    });
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

  /** To the selected layer's first field. */
  focusInspector(): void {
    if (!this.view.inspector) {
      this.view.inspector = true;
      this.changed();
    }
    const inspector = document.querySelector('.inspector-body');
    if (inspector) inspector.querySelector<HTMLElement>(':is(select, input):not([disabled])')?.focus();
    // It comes with the next drawing; of a file that is being opened, after the network.
    else if (this.drawing) requestAnimationFrame(() => this.focusInspector());
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
