import type { RecordedEntry, RecordedRun } from '../../engine/training/runFile.ts';
import type { Part } from '../charts/zoom.ts';
import { entryOf, groupsOf, type Entry, type Group } from './groups.ts';
import type { FromRuns, ToRuns } from './hostProtocol.ts';
import { Session } from '../run/session.ts';
import { curveNames, type CurveName, type Overlay } from './curves.ts';
import { Sweeping, type SweepingSurroundings } from './sweeping.ts';

/** What the person sees, beside the runs themselves. */
export interface RunsView {
  /** Groups whose runs are listed one by one. */
  readonly open: Set<string>;
  readonly tables: Set<CurveName>;
  logLoss: boolean;
  /** The steps that all charts show; all there are where there is none. */
  zoom: Part | undefined;
  /** A chart a group in place of all in one; undefined: where there are many. */
  multiples: boolean | undefined;
  /** What small multiples show. */
  measure: CurveName;
  /** The layer whose gradient norms are drawn. */
  layer: string | undefined;
  /** The row that the keyboard is on. */
  row: number;
}

/** More groups than can be told apart in one chart. */
const many = 6;

/** Groups shown when the page opens: the newest. */
const shownAtFirst = 2;

/** The page that compares runs: what is recorded, what is chosen of it, and what can be done with it. */
export class RunsPanel {
  entries: readonly Entry[] | undefined;
  /** Where runs are recorded, for people. */
  folder = '';
  /** Runs whose network cannot be read. */
  unreadable = 0;
  /** Files of the chosen runs. */
  private chosen = new Set<string>();
  /** Runs read whole, by file; `undefined` while under way. */
  private readonly whole = new Map<string, RecordedRun | 'gone' | undefined>();
  /** Changes whenever there is something new to draw. */
  version = 0;
  readonly view: RunsView = {
    open: new Set(),
    tables: new Set(),
    logLoss: false,
    zoom: undefined,
    multiples: undefined,
    measure: curveNames[0],
    layer: undefined,
    row: 0,
  };
  readonly sweeping: Sweeping;
  private worked: { readonly version: number; readonly of: Map<string, Overlay> } = { version: 0, of: new Map() };
  private frame = 0;

  constructor(
    readonly post: (message: FromRuns) => void,
    private readonly draw: () => void,
    memory: Pick<SweepingSurroundings, 'remembered' | 'remember'>,
  ) {
    this.sweeping = new Sweeping({
      post,
      entries: () => this.entries ?? [],
      show: (files) => {
        this.chosen = new Set(files);
        this.version++;
        this.changed();
      },
      makeWorker: (receive) => new Session(receive),
      changed: this.changed,
      ...memory,
    });
  }

  readonly changed = (): void => {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  };

  receive(message: ToRuns): void {
    switch (message.type) {
      case 'runs':
        this.setEntries(message.entries);
        this.folder = message.folder;
        this.sweeping.ownFolder = message.ownFolder;
        break;
      case 'written': {
        const others = (this.entries ?? []).filter(({ file }) => file !== message.entry.file);
        this.setEntries([message.entry, ...others].sort((a, b) => b.head.date.localeCompare(a.head.date)));
        if (this.sweeping.sweep?.names.has(message.entry.head.run)) this.chosen.add(message.entry.file);
        // Its curves are longer now.
        if (this.whole.has(message.entry.file)) this.post({ type: 'read', file: message.entry.file });
        break;
      }
      case 'run':
        this.whole.set(message.file, message.run ?? 'gone');
        break;
      case 'networks':
      case 'data':
        this.sweeping.receive(message);
        break;
    }
    this.version++;
    this.changed();
  }

  private setEntries(entries: readonly RecordedEntry[]): void {
    const known = new Map(this.entries?.map((entry) => [entry.file, entry]));
    const read = entries.map((entry) => {
      const before = known.get(entry.file);
      return before?.head.text === entry.head.text ? { ...before, head: entry.head } : entryOf(entry);
    });
    const isFirst = this.entries === undefined;
    this.entries = read.filter((entry) => entry !== undefined);
    this.unreadable = read.length - this.entries.length;
    const files = new Set(this.entries.map(({ file }) => file));
    for (const file of this.chosen) if (!files.has(file)) this.chosen.delete(file);
    for (const file of this.whole.keys()) if (!files.has(file)) this.whole.delete(file);
    if (isFirst) for (const group of this.groups.slice(0, shownAtFirst)) this.choose(group.entries, true);
  }

  /** All recorded runs, those equal but for the seed together. */
  get groups(): Group[] {
    return groupsOf(this.entries ?? []);
  }

  /** The chosen runs, those equal but for the seed together. */
  get compared(): Group[] {
    const groups = groupsOf((this.entries ?? []).filter(({ file }) => this.chosen.has(file)));
    // Those of a sweep in its own order.
    return groups.every(({ first }) => first.head.set) ? groups.reverse() : groups;
  }

  /** Whether each group has a chart of its own. */
  get asMultiples(): boolean {
    return this.view.multiples ?? this.compared.length > many;
  }

  isChosen(file: string): boolean {
    return this.chosen.has(file);
  }

  choose(entries: readonly Entry[], chosen: boolean): void {
    for (const { file } of entries) {
      if (chosen) this.chosen.add(file);
      else this.chosen.delete(file);
    }
    this.version++;
    this.changed();
  }

  chooseNone(): void {
    this.choose(this.entries ?? [], false);
  }

  /** A run whole, once it has been read; `gone` where it cannot be. */
  runOf(file: string): RecordedRun | 'gone' | undefined {
    if (!this.whole.has(file)) {
      this.whole.set(file, undefined);
      this.post({ type: 'read', file });
    }
    return this.whole.get(file);
  }

  /** What is worked out from the chosen runs, once until they are others. */
  once(what: string, make: () => Overlay): Overlay {
    if (this.worked.version !== this.version) this.worked = { version: this.version, of: new Map() };
    const made = this.worked.of.get(what) ?? make();
    this.worked.of.set(what, made);
    return made;
  }

  toggleOpen(key: string): void {
    if (!this.view.open.delete(key)) this.view.open.add(key);
    this.changed();
  }

  toggleTable(name: CurveName): void {
    if (!this.view.tables.delete(name)) this.view.tables.add(name);
    this.changed();
  }

  removeChosen(): void {
    this.post({ type: 'remove', files: [...this.chosen] });
  }
}
