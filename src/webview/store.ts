import * as l10n from '@vscode/l10n';
import type { LayerRow } from '../engine/layers/index.ts';
import type { TextEdit } from '../engine/spec/edit.ts';
import type { PreviewLayer } from '../engine/training/preview.ts';
import { difference } from '../engine/spec/editText.ts';
import { locate } from '../engine/spec/parse.ts';
import { readDocument, unreadable, type DocumentState, type Drawing, type DrawnLayer } from './document.ts';
import { EditQueue } from './editQueue.ts';
import { insertMany, layersOf, layersText, removeMany } from './editsMany.ts';
import * as edits from './edits.ts';
import type { Host } from './host.ts';
import type { KeptRun, Settings, ToWebview } from './hostProtocol.ts';
import type { Preview } from './designer/preview.ts';
import { Pace } from './pace.ts';
import { describeBackends } from './diagnostics.ts';
import { NetworkData } from './networkData.ts';
import { Autopsies } from './run/autopsies.ts';
import { Previews } from './run/previews.ts';
import { findingsOf } from './run/findings.ts';
import { Announcer, statusText } from './run/status.ts';
import { Session } from './run/session.ts';
import type { Run } from './run/runState.ts';
import { Training, type Command } from './run/training.ts';
import { freshView, type FigureName, type Selection, type View } from './view.ts';

/**
 * The panel's state and everything it can do. The document is the host's: the panel asks for edits and draws what comes back.
 * Views read from here and call its methods; `changed` draws with the next frame, what a run streams less often.
 */
export class Panel {
  fileName = '';
  readOnly = false;
  settings: Settings = { backend: 'auto', metricsPerSecond: 10 };
  document: DocumentState | undefined;
  readonly view: View = freshView();
  readonly training: Training;
  readonly autopsies: Autopsies;
  readonly previews: Previews;
  /** What a screen reader is told of training: behind the visible numbers by five seconds at most. */
  announced = '';
  private readonly announcer = new Announcer();
  private announcing = 0;
  private readonly data: NetworkData;
  /** A run to show again, once the network it was of can be drawn. */
  private kept: KeptRun | undefined;
  private waiting: Command | undefined;
  /** A new run is to begin with the document that the edit under way leaves. */
  private again = false;
  private readonly queue: EditQueue;
  private readonly pace: Pace;
  private lastStatus = '';
  private lastFindings = '[]';

  constructor(
    private readonly host: Host,
    draw: () => void,
  ) {
    this.pace = new Pace(draw, () => 1000 / this.settings.metricsPerSecond);
    this.queue = new EditQueue(
      () => (this.editable ? this.document : undefined),
      (edit) => host.post({ type: 'edit', ...edit }),
      unreadable,
      (reason) => this.refuse(reason),
    );
    this.data = new NetworkData(host.readFile, () => {
      if (this.document) this.setText(this.document.text, this.document.version);
      if (this.waiting) this.command(this.waiting);
      this.changed();
    });
    this.training = new Training(
      {
        trainable: () => this.trainable,
        settings: () => this.settings,
        readFile: host.readFile,
        keep: (run) => {
          host.rememberRun(run.run);
          host.post({ type: 'keepRun', ...run });
        },
        record: (run) => host.post({ type: 'recordRun', ...run }),
        forget: (run) => {
          host.rememberRun(undefined);
          host.post({ type: 'forgetRun', run });
        },
        changed: () => this.runChanged(),
        stateChanged: () => {
          this.runChanged();
          this.changed();
        },
        report: (level, message) => {
          if (level === 'warning') this.view.notice = message;
          host.post({ type: 'log', level, message });
        },
      },
      (receive) => new Session(receive),
    );
    this.autopsies = new Autopsies(
      { training: () => this.training, readFile: host.readFile, changed: this.changed },
      (receive) => new Session(receive),
    );
    this.previews = new Previews(
      {
        wanted: () => (this.training.run && !this.training.outdated ? undefined : this.trainable),
        readFile: host.readFile,
        changed: this.changed,
      },
      (receive) => new Session(receive),
    );
    this.announced = this.announcer.offer(statusText(undefined), 'idle', performance.now()).text;
  }

  /** Draws with the next frame. */
  readonly changed = (): void => this.pace.soon();

  receive(message: ToWebview): void {
    switch (message.type) {
      case 'init':
        this.fileName = message.fileName;
        this.readOnly = message.readOnly;
        this.settings = message.settings;
        this.kept = message.kept;
        this.setText(message.text, message.version);
        break;
      case 'keepNow':
        this.training.keepNow();
        break;
      case 'kept':
        this.training.wasKept();
        break;
      case 'document':
        this.setText(message.text, message.version);
        this.queue.documentChanged();
        if (this.again && !this.queue.busy) {
          this.again = false;
          this.command('again');
        }
        break;
      case 'editRefused':
        this.queue.refused();
        this.again = false;
        this.refuse(message.reason);
        break;
      case 'settings':
        this.settings = message.settings;
        // Rules may have other thresholds now.
        if (this.document) this.setText(this.document.text, this.document.version);
        break;
      case 'command':
        this.command(message.command);
        break;
      case 'dataChanged':
        this.data.forget();
        this.previews.forget();
        if (this.document) this.setText(this.document.text, this.document.version);
        break;
      case 'describeBackends':
        this.host.post({
          type: 'diagnostics',
          request: message.request,
          text: describeBackends(this.settings, this.training.run),
        });
        break;
      case 'data':
        break;
    }
    this.changed();
  }

  // ---- the document ----

  get drawing(): Drawing | undefined {
    return this.document?.drawing;
  }

  /** A few samples of the data, to draw. */
  get preview(): Preview | undefined {
    return this.data.preview;
  }

  /** Whether the drawing may be changed: never one that is not of the text as it is. */
  get editable(): boolean {
    const { document } = this;
    return document !== undefined && document.current && !document.newerVersion && !this.readOnly;
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
    return (
      layers.find(({ layer }) => layer.id === selection.id) ?? layers[Math.min(selection.index, layers.length - 1)]
    );
  }

  /** The selected layers, in file order: one, or a range. */
  get selectedLayers(): readonly DrawnLayer[] {
    const { selectedLayer: last } = this;
    if (!last) return [];
    const anchor = Math.min(this.view.anchor ?? last.index, (this.drawing?.layers.length ?? 1) - 1);
    const [from, to] = [Math.min(anchor, last.index), Math.max(anchor, last.index)];
    return this.drawing?.layers.slice(from, to + 1) ?? [];
  }

  private setText(text: string, version: number): void {
    this.document = readDocument(text, version, this.document, (network) => this.data.of(network), this.settings.rules);
    const { selection } = this.view;
    const layer = this.selectedLayer;
    if (typeof selection !== 'string' && layer && this.document.current) {
      this.view.selection = { id: layer.layer.id, index: layer.index };
    }
    this.restoreRun();
    this.tellFindings();
    this.previews.consider();
  }

  /** Draws the network a kept run was of, with the data there is now, and shows the run again. */
  private restoreRun(): void {
    const { kept, drawing } = this;
    const shape = drawing?.data;
    if (!kept || !shape || this.data.loading) return;
    this.kept = undefined;
    const then = readDocument(kept.text, 0, undefined, () => ({ shape, loading: false, problems: [] })).drawing;
    if (then?.graph) this.training.restore(kept, then);
  }

  // ---- gestures ----

  private refuse(reason: string): void {
    this.view.notice = l10n.t('The change was not made: {0}', reason);
    this.changed();
  }

  edit(gesture: edits.Gesture): void {
    this.view.notice = undefined;
    if (this.editable) this.queue.push(gesture);
  }

  /** Makes an edit and trains the network it leaves from the start, with the same seed; the run so far stays to compare with. */
  editAndTrain(gesture: edits.Gesture): void {
    this.edit(gesture);
    this.again = this.queue.busy;
  }

  /** Ends the comparison with the run before. */
  keepRun(): void {
    this.training.keepRun();
  }

  /** Puts the file back as the run before had it, and shows that run. */
  backToRun(): void {
    const { before } = this.training;
    const text = this.training.backToRun();
    if (before && text !== undefined)
      this.edit({ label: l10n.t('Back to run {0}', before.number), edits: (now) => difference(now, text) });
  }

  /** Whether the text may be changed, drawn or not. */
  get mendable(): boolean {
    return this.document !== undefined && !this.document.newerVersion && !this.readOnly;
  }

  /** Mends a text that may not be drawn yet, where gestures have nothing to start from. */
  mend(edit: TextEdit, label: string): void {
    this.view.notice = undefined;
    if (this.document && this.mendable)
      this.host.post({ type: 'edit', version: this.document.version, edits: [edit], label });
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
    if (!pasted || !this.drawing || !this.editable) return false;
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

  /** The run, where its figures hold for a layer as the file has it now. */
  runOf(drawn: DrawnLayer): Run | undefined {
    const { run } = this.training;
    return run?.holdsFor(drawn) ? run : undefined;
  }

  /** What is known of a layer before any training, as the file has it now. */
  before({ layer, graph }: DrawnLayer): PreviewLayer | undefined {
    return this.previews.standing?.seen?.layers.find(({ id, units }) => id === layer.id && units === graph?.units);
  }

  /** What keeps the network from being trained: the first error. */
  get cannotTrain(): string | undefined {
    if (this.trainable || this.data.loading) return undefined;
    return this.document?.problems.find(({ severity }) => severity === 'error')?.message;
  }

  setLearningRate(value: number): void {
    if (!this.drawing || !this.editable) return;
    this.edit(edits.setOptimizer(this.drawing, 'learningRate', value));
    this.training.setLearningRate(value);
  }

  setBatchSize(value: number): void {
    if (!this.editable) return;
    this.edit(edits.set(['training', 'batchSize'], value, l10n.t('Set the batch size to {0}', value)));
    this.training.setBatchSize(value);
  }

  setBackend(backend: Settings['backend']): void {
    this.settings = { ...this.settings, backend };
    this.host.post({ type: 'saveBackend', backend });
    this.changed();
  }

  openText(offset?: number): void {
    this.host.post({ type: 'openText', ...(offset === undefined ? {} : { offset }) });
  }

  /** Where the value at a path stands in the text. */
  offsetOf(path: string): number | undefined {
    return this.document && locate(this.document.text, { severity: 'info', rule: '', message: '', path }).offset;
  }

  /** Lets the person say where a file goes. */
  saveFile(name: string, bytes: Uint8Array): void {
    this.host.post({ type: 'saveFile', name, bytes });
  }

  openExperiment(): void {
    this.host.post({ type: 'openExperiment' });
  }

  compareRuns(): void {
    this.host.post({ type: 'compareRuns' });
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

  /** Opens a dead unit in the inspector, and takes the keyboard there. Gives whether it is dead. */
  openAutopsy(drawn: DrawnLayer, unit: number): boolean {
    const run = this.runOf(drawn);
    if (!run || !Autopsies.deathOf(run, drawn.layer.id, unit)) return false;
    this.view.unit = unit;
    this.view.inspector = true;
    void this.autopsies.begin(run, drawn.layer.id, unit);
    this.afterDrawing(() => document.querySelector<HTMLElement>('.autopsy')?.focus());
    return true;
  }

  /** Closes it; the keyboard goes back to the unit. */
  closeAutopsy(): void {
    const { unit } = this.autopsies.open?.death ?? {};
    this.autopsies.close();
    if (unit !== undefined) this.afterDrawing(() => document.getElementById(`unit-${unit}`)?.focus());
  }

  /** Once what has changed is drawn. */
  private afterDrawing(act: () => void): void {
    this.changed();
    requestAnimationFrame(act);
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

  toggleTable(name: FigureName): void {
    const tables = new Set(this.view.tables);
    if (!tables.delete(name)) tables.add(name);
    this.view.tables = tables;
    this.changed();
  }

  // ---- the run ----

  /** Train, Pause, Step or Reset; one that needs data still being read waits for it. */
  command(command: Command): void {
    const waits = this.document?.current === true && this.data.loading;
    this.waiting = waits ? command : undefined;
    if (!waits) this.training.command(command);
    this.changed();
  }

  /** What the rules found goes to the host as often as its status, and at once when the file is another network. */
  private tellFindings(): void {
    const findings = this.training.outdated ? [] : findingsOf(this.training.run, this.document?.problems ?? []);
    const told = JSON.stringify(findings);
    if (told === this.lastFindings) return;
    this.lastFindings = told;
    this.host.post({ type: 'findings', findings });
  }

  private runChanged(): void {
    const { run, state } = this.training;
    clearTimeout(this.announcing);
    const text = statusText(run);
    const { text: announced, again } = this.announcer.offer(text, state, performance.now());
    if (again !== undefined) this.announcing = window.setTimeout(() => this.runChanged(), again);
    this.announced = announced;
    // The status bar is told as often as a screen reader.
    const status = `${state} ${announced}`;
    if (status !== this.lastStatus) {
      this.lastStatus = status;
      this.host.post({ type: 'status', state, text: announced });
      this.tellFindings();
    }
    this.previews.consider();
    this.pace.later();
  }
}
