import * as vscode from 'vscode';
import type { KeptRun } from '../webview/hostProtocol.ts';
import { statOf, writeWhole } from './files.ts';

/** Runs kept: older ones make room. */
const most = 20;
/** A page that comes back within this time was only reloaded: what it trained goes on by itself. Milliseconds. */
const fresh = 120_000;
/** What was saved under a name or renamed is open there by then, if at all. */
const onItsWay = 30_000;
const about = 'run.json';

/** What a run's own file says of it; the files it names lie beside it. */
interface Entry extends Omit<KeptRun, 'record' | 'checkpoint'> {
  /** Address of the network file, or of the untitled document. */
  readonly document: string;
  readonly saved: number;
  readonly record: string;
  readonly checkpoint: string;
}

/** Whoever shows a document and its run: an open designer. */
interface Holder {
  readonly document: vscode.TextDocument;
}

/**
 * Training runs as files, so that they outlive the pages that train them: one folder a run, `run.json` naming the checkpoint and what the panel
 * showed. A run is written whole before `run.json` is replaced, so that whenever the machine stops there is one to go on from.
 */
export class Runs {
  /** Which open designer a run is shown in. */
  private readonly holders = new Map<string, Holder>();
  private readonly closed = new WeakSet<Holder>();
  /** The run that a designer's page handed over last. */
  private readonly trained = new WeakMap<Holder, string>();
  /** Runs on their way to another address, where their document was saved or renamed to. */
  private moving: { readonly run: string; readonly to: string; readonly since: number }[] = [];
  /** Writes under way: one after another. */
  private work: Promise<unknown> = Promise.resolve();

  constructor(readonly folder: vscode.Uri) {}

  /** Writes where a designer's run stands. */
  keep(holder: Holder, run: KeptRun): Promise<void> {
    const before = this.holders.get(run.run);
    // Its page was slower than the designer that goes on with it.
    if ((before && before !== holder) || this.closed.has(holder)) return Promise.resolve();
    const isNew = !before;
    this.holders.set(run.run, holder);
    this.trained.set(holder, run.run);
    return this.queue(async () => {
      await this.write(run, holder.document.uri.toString());
      if (isNew) await this.prune();
    });
  }

  /**
   * The run a designer's page is to show: the one it trained before it was loaded again (`own`), one that was on its way here, or, where no other
   * designer shows the document, the document's last. Only the first two go on by themselves.
   */
  async take(holder: Holder, own: string | undefined): Promise<KeptRun | undefined> {
    const address = holder.document.uri.toString();
    const moved = this.arrived(address);
    await this.work;
    const entries = await this.entries();
    const named = (name: string | undefined) => entries.find(({ run }) => run === name);
    const found =
      named(moved) ?? named(own) ?? (this.isShown(holder, address) ? undefined : newestOf(entries, address));
    if (!found || (this.holders.get(found.run) ?? holder) !== holder) return undefined;
    // A page that came to another window may have lost what it knew of itself, but its designer is the one that trained.
    const same = found.run === own || this.trained.get(holder) === found.run;
    const goesOn = found.run === moved || (same && Date.now() - found.saved < fresh);
    const { run, text, step, state } = found;
    const read = (name: string) => vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.folder, run, name));
    const [record, checkpoint] = await Promise.all([read(found.record), read(found.checkpoint)]);
    // Its tab was closed while this was read: what it took would be held for ever.
    if (this.closed.has(holder)) return undefined;
    this.holders.set(run, holder);
    if (found.document !== address) await this.queue(() => this.announce({ ...found, document: address }));
    return {
      ...{ run, text, step, record: new TextDecoder().decode(record), checkpoint: new Uint8Array(checkpoint) },
      state: state === 'running' && !goesOn ? 'paused' : state,
    };
  }

  /** A designer's run goes with its document, which is about to be opened at another address in another designer. */
  move(holder: Holder, to: vscode.Uri): void {
    const run = this.newestOf(holder);
    if (run !== undefined) this.moving.push({ run, to: to.toString(), since: Date.now() });
  }

  /** The newest checkpoint of a designer's run, if it has one. */
  async checkpoint(holder: Holder): Promise<Uint8Array | undefined> {
    await this.work;
    const run = this.newestOf(holder);
    const entry = (await this.entries()).find((entry) => entry.run === run);
    return entry && vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.folder, entry.run, entry.checkpoint));
  }

  private newestOf(holder: Holder): string | undefined {
    return [...this.holders].reverse().find(([, by]) => by === holder)?.[0];
  }

  /** Documents were renamed, open in a designer or not. */
  renamed(newAddress: (document: string) => string | undefined): Promise<void> {
    return this.queue(async () => {
      for (const entry of await this.entries()) {
        const document = newAddress(entry.document);
        if (document !== undefined) await this.announce({ ...entry, document });
      }
    });
  }

  private arrived(address: string): string | undefined {
    this.moving = this.moving.filter(({ since }) => Date.now() - since < onItsWay);
    const found = this.moving.find(({ to }) => to === address);
    this.moving = this.moving.filter((move) => move !== found);
    return found?.run;
  }

  /** The designer was closed; its runs wait for another. */
  release(holder: Holder): void {
    this.closed.add(holder);
    for (const [run, by] of this.holders) if (by === holder) this.holders.delete(run);
  }

  /** Removes a run that the person gave up. */
  async forget(holder: Holder, run: string): Promise<void> {
    if ((this.holders.get(run) ?? holder) !== holder) return;
    this.holders.delete(run);
    await this.queue(() => this.remove(run));
  }

  private isShown(holder: Holder, address: string): boolean {
    return [...this.holders.values()].some((by) => by !== holder && by.document.uri.toString() === address);
  }

  private queue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.work.then(work);
    this.work = done.catch(() => undefined);
    return done;
  }

  private async write({ run, record, checkpoint, ...rest }: KeptRun, document: string): Promise<void> {
    const { fs } = vscode.workspace;
    const folder = vscode.Uri.joinPath(this.folder, run);
    const stamp = `${rest.step}-${Date.now().toString(36)}`;
    const names = { record: `${stamp}.panel.json`, checkpoint: `${stamp}.safetensors` };
    await fs.createDirectory(folder);
    const put = (name: string, content: Uint8Array) => fs.writeFile(vscode.Uri.joinPath(folder, name), content);
    await Promise.all([put(names.checkpoint, checkpoint), put(names.record, new TextEncoder().encode(record))]);
    await this.announce({ run, ...rest, document, saved: Date.now(), ...names });
    for (const [name] of await fs.readDirectory(folder)) {
      if (name !== about && !Object.values(names).includes(name)) await fs.delete(vscode.Uri.joinPath(folder, name));
    }
  }

  /** Puts a run's own file in the place of the one before, whole. */
  private async announce(entry: Entry): Promise<void> {
    await writeWhole(vscode.Uri.joinPath(this.folder, entry.run, about), JSON.stringify(entry));
  }

  /** What there is; what can't be read is as good as not there. */
  private async entries(): Promise<Entry[]> {
    if (!(await statOf(this.folder))) return [];
    const { fs } = vscode.workspace;
    const names = await fs.readDirectory(this.folder);
    const read = async (name: string): Promise<Entry[]> => {
      try {
        const bytes = await fs.readFile(vscode.Uri.joinPath(this.folder, name, about));
        return [JSON.parse(new TextDecoder().decode(bytes)) as Entry];
      } catch {
        return [];
      }
    };
    return (await Promise.all(names.map(([name]) => read(name)))).flat();
  }

  private async prune(): Promise<void> {
    const old = (await this.entries()).sort((a, b) => b.saved - a.saved).slice(most);
    for (const { run } of old) if (!this.holders.has(run)) await this.remove(run);
  }

  private async remove(run: string): Promise<void> {
    const folder = vscode.Uri.joinPath(this.folder, run);
    if (await statOf(folder)) await vscode.workspace.fs.delete(folder, { recursive: true });
  }
}

const newestOf = (entries: readonly Entry[], document: string): Entry | undefined =>
  entries.filter((entry) => entry.document === document).sort((a, b) => b.saved - a.saved)[0];
