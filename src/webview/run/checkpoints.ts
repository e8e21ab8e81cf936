/** What a page may hold of them. */
const most = 12;
const mostBytes = 64e6;

interface Checkpoint {
  readonly step: number;
  readonly bytes: Uint8Array;
}

/** Checkpoints of one run, thinned so that those left are spread over its steps. */
export class Checkpoints {
  private run = '';
  private all: Checkpoint[] = [];

  add(run: string, step: number, bytes: Uint8Array): void {
    if (run !== this.run) this.all = [];
    this.run = run;
    this.all = [...this.all.filter((other) => other.step < step), { step, bytes }];
    while (this.all.length > most || (this.all.length > 1 && this.size > mostBytes)) this.thin();
  }

  /** The newest of a run at or before a step. */
  before(run: string, step: number): Uint8Array | undefined {
    return run === this.run ? this.all.filter((checkpoint) => checkpoint.step <= step).at(-1)?.bytes : undefined;
  }

  private get size(): number {
    return this.all.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Leaves out the one whose neighbours are nearest to one another; the newest stays. */
  private thin(): void {
    const { all } = this;
    const gap = (i: number) => all[i + 1]!.step - (all[i - 1]?.step ?? 0);
    let least = 0;
    for (let i = 1; i < all.length - 1; i++) if (gap(i) < gap(least)) least = i;
    all.splice(least, 1);
  }
}
