import type { RecordedEntry, RecordedRun } from '../../engine/training/runFile.ts';
import { entryOf, groupsOf, type Entry, type Group } from './groups.ts';
import type { FromRuns, ToRuns } from './hostProtocol.ts';
import type { CurveName } from './curves.ts';

/** What the person sees, beside the runs themselves. */
export interface RunsView {
  /** Groups whose runs are listed one by one. */
  readonly open: Set<string>;
  readonly tables: Set<CurveName>;
  logLoss: boolean;
  /** The layer whose gradient norms are drawn. */
  layer: string | undefined;
  /** The row that the keyboard is on. */
  row: number;
}

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
  readonly view: RunsView = { open: new Set(), tables: new Set(), logLoss: false, layer: undefined, row: 0 };
  private frame = 0;

  constructor(
    readonly post: (message: FromRuns) => void,
    private readonly draw: () => void,
  ) {}

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
        break;
      case 'written': {
        const others = (this.entries ?? []).filter(({ file }) => file !== message.entry.file);
        this.setEntries([message.entry, ...others].sort((a, b) => b.head.date.localeCompare(a.head.date)));
        // Its curves are longer now.
        if (this.whole.has(message.entry.file)) this.post({ type: 'read', file: message.entry.file });
        break;
      }
      case 'run':
        this.whole.set(message.file, message.run ?? 'gone');
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
    return groupsOf((this.entries ?? []).filter(({ file }) => this.chosen.has(file)));
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
