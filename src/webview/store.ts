import * as l10n from '@vscode/l10n';
import type { PreviewLayer } from '../engine/training/preview.ts';
import { difference } from '../engine/spec/editText.ts';
import { byId } from './byId.ts';
import { DrawnFile } from './drawnFile.ts';
import { readDocument, type DrawnLayer } from './document.ts';
import * as edits from './edits.ts';
import type { Host } from './host.ts';
import type { FirstText, KeptRun, Settings, ToWebview } from './hostProtocol.ts';
import type { Preview } from './designer/preview.ts';
import { Pace } from './pace.ts';
import { describeBackends } from './diagnostics.ts';
import { found, offersOf } from './found.ts';
import { NetworkData } from './networkData.ts';
import type { Item, Offer } from './problems.ts';
import { Autopsies } from './run/autopsies.ts';
import { Previews } from './run/previews.ts';
import { findingsOf } from './run/findings.ts';
import { HandOver } from './run/handOver.ts';
import { Announcer, statusText } from './run/status.ts';
import { Session } from './run/session.ts';
import type { Run } from './run/runState.ts';
import { Training, type Command } from './run/training.ts';
import type { FigureName } from './view.ts';

/** Training and the editor beside it then take turns. */
const fewProcessors = 3;

/**
 * The panel's state and everything it can do. The document is the host's: the panel asks for edits and draws what comes back.
 * Views read from here and call its methods; `changed` draws with the next frame, what a run streams less often.
 */
export class Panel extends DrawnFile {
  fileName = '';
  settings: Settings = { backend: 'auto', metricsPerSecond: 10 };
  readonly training: Training;
  readonly autopsies: Autopsies;
  readonly previews: Previews;
  /** What a screen reader is told of training: behind the visible numbers by five seconds at most. */
  announced = '';
  /** Whether to save when no edit is under way any more. */
  private saves = false;
  private readonly announcer = new Announcer();
  private announcing = 0;
  private readonly data: NetworkData;
  /** A run to show again, once the network it was of can be drawn. */
  private kept: KeptRun | undefined;
  /** What was asked of a run while an edit was under way or data was being read. */
  private waiting: Command | undefined;
  private readonly pace: Pace;
  private readonly handOver: HandOver;
  private lastWaited = '';
  private lastStatus = '';
  private lastFindings = '[]';

  /** `shown`: when what takes time and is not needed to draw the network may begin. */
  constructor(host: Host, draw: () => void, shown: Promise<void> = Promise.resolve()) {
    super(host);
    this.pace = new Pace(draw, () => 1000 / this.settings.metricsPerSecond);
    this.handOver = new HandOver((message) => host.post(message));
    const more = () => {
      if (this.document) this.setText(this.document.text, this.document.version);
      if (this.waiting) this.command(this.waiting);
      this.changed();
    };
    this.data = new NetworkData(host.readFile, more, shown);
    this.training = new Training(
      {
        trainable: () => this.trainable,
        settings: () => this.settings,
        readFile: host.readFile,
        keep: (run, hurry) => {
          host.rememberRun(run.run);
          this.handOver.send(run, hurry);
        },
        record: (run) => host.post({ type: 'recordRun', ...run }),
        forget: (run) => {
          this.handOver.drop();
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
        rests: (request) => this.training.getReady(request),
      },
      (receive) => new Session(receive),
    );
    this.announced = this.announcer.offer(statusText(undefined), 'idle', performance.now()).text;
  }

  /** Draws with the next frame. */
  readonly changed = (): void => this.pace.soon();

  /** What the page was written with. What is changed before `init` has come waits for it. */
  begin({ fileName, text, version }: FirstText): void {
    this.fileName = fileName;
    this.setText(text, version);
  }

  receive(message: ToWebview): void {
    switch (message.type) {
      case 'init':
        this.init(message);
        break;
      case 'keepNow':
        this.handOver.hurry();
        this.training.keepNow();
        break;
      case 'typing':
        // With more of them, one is left for whatever else the person does.
        if (navigator.hardwareConcurrency <= fewProcessors) this.training.giveWay();
        return;
      case 'kept':
        this.training.wasKept();
        break;
      case 'document':
        this.setText(message.text, message.version);
        this.documentChanged();
        this.saveOnceEdited();
        if (this.waiting) this.command(this.waiting);
        break;
      case 'editRefused':
        this.saves = false;
        this.refused(message.reason);
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
        void describeBackends(this.settings, this.training.run).then((text) =>
          this.host.post({ type: 'diagnostics', request: message.request, text }),
        );
        break;
      case 'data':
      case 'chosen':
        break;
    }
    this.changed();
  }

  // ---- the document ----

  /** A few samples of the data, to draw. */
  get preview(): Preview | undefined {
    return this.data.preview;
  }

  private init({ fileName, text, version, readOnly, settings, kept }: Extract<ToWebview, { type: 'init' }>): void {
    const { document } = this;
    const sameText = document?.text === text && document.version === version;
    this.fileName = fileName;
    this.settings = settings;
    this.kept = kept;
    // Drawn already, unless rules have other thresholds.
    if (sameText && settings.rules === undefined) this.restoreRun();
    else this.setText(text, version);
    this.begun(readOnly, sameText);
    this.saveOnceEdited();
    if (this.waiting) this.command(this.waiting);
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

  /** What was to be trained after a change that was not made is not trained without it. */
  protected override refuse(reason: string): void {
    this.waiting = undefined;
    super.refuse(reason);
  }

  /** Makes an edit and trains the network it leaves from the start, with the same seed; the run so far stays to compare with. */
  editAndTrain(gesture: edits.Gesture): void {
    this.edit(gesture);
    if (this.changing) this.command('again');
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

  /** The run, where its figures hold for a layer as the file has it now. */
  runOf(drawn: DrawnLayer): Run | undefined {
    const { run } = this.training;
    return run?.holdsFor(drawn) ? run : undefined;
  }

  /** What is known of a layer before any training, as the file has it now. */
  before({ layer, graph }: DrawnLayer): PreviewLayer | undefined {
    const { seen } = this.previews.standing ?? {};
    const known = seen && byId(seen.layers, layer.id, ({ id }) => id);
    return known?.units === graph?.units ? known : undefined;
  }

  /** Everything wrong with the file and its run. */
  get found(): readonly Item[] {
    return found(this);
  }

  /** What mends one of them by what its rule offers. */
  offersOf(item: Item): readonly Offer[] {
    return offersOf(this, item);
  }

  /** What keeps the network from being trained: the first error. */
  get cannotTrain(): string | undefined {
    if (this.trainable || this.data.loading) return undefined;
    return this.document?.problems.find(({ severity }) => severity === 'error')?.message;
  }

  /** Lets the person choose a file for the data, or its labels, and makes it the source. */
  async chooseData(key: string, kind: 'file' | 'folder'): Promise<void> {
    // Until a file is chosen the list says what the source is still.
    this.changed();
    const path = await this.host.chooseFile(kind);
    if (path === undefined) return this.changed();
    const label = l10n.t('Take the data from {0}', path);
    const source = edits.set(['data', 'source'], 'file', label);
    this.edit(edits.together(label, [edits.set(['data', key], path, label), source]));
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

  setSeed(value: number): void {
    this.edit(edits.set(['seed'], value, l10n.t('Set the seed to {0}', value)));
  }

  setBackend(backend: Settings['backend']): void {
    this.settings = { ...this.settings, backend };
    this.host.post({ type: 'saveBackend', backend });
    this.changed();
  }

  openText(offset?: number): void {
    this.host.post({ type: 'openText', ...(offset === undefined ? {} : { offset }) });
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

  toggleTable(name: FigureName): void {
    const tables = new Set(this.view.tables);
    if (!tables.delete(name)) tables.add(name);
    this.view.tables = tables;
    this.changed();
  }

  /** Ctrl+S meant what is in the fields, too: the host saves once more when the edits under way are in the document. */
  saveEntered(): void {
    this.saves = true;
    this.saveOnceEdited();
  }

  private saveOnceEdited(): void {
    if (!this.saves || this.changing) return;
    this.saves = false;
    this.host.post({ type: 'save' });
  }

  // ---- the run ----

  /** Train, Pause, Step or Reset; one that needs data still being read, or an edit still under way, waits for it. */
  command(command: Command): void {
    // Whoever edits and trains in one breath means the network as edited.
    const starts = command === 'again' || (command !== 'reset' && !this.training.running);
    const waits = (starts && this.changing) || (this.document?.current === true && this.data.loading);
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
    // What a person has asked for and waits to see: the run's beginning, its first step, its end.
    const waited = `${run?.number} ${state} ${(run?.progress?.step ?? 0) > 0}`;
    if (waited !== this.lastWaited) this.pace.soon();
    else this.pace.later();
    this.lastWaited = waited;
  }
}
