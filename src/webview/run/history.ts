/** Most rows kept of a run. */
export const capacity = 2000;

export type Value = number | null;

/** The last value that was measured. */
export const newest = (values: readonly Value[]): Value => values.filter((value) => value !== null).at(-1) ?? null;
type Row = Readonly<Record<string, Value | undefined>>;

/**
 * A run's numbers by step, in columns as charts take them, and bounded: when the table is full, of every two rows the one that
 * differs more from the row before it is kept, and from then on one row in two is taken up. So spikes stay, the whole run is
 * covered evenly, every number was measured, and the newest row is always there.
 */
export class History {
  readonly steps: number[] = [];
  private readonly columns = new Map<string, Value[]>();
  /** Rows offered for each one kept. */
  private stride = 1;
  /** Of the rows offered since the last one kept: how many, and the one that stands out. */
  private offered = 0;
  private candidate: { step: number; row: Row } | undefined;
  /** Rows at the end that later ones may take the place of: the candidate and the newest. */
  private provisional = 0;

  constructor(private readonly limit = capacity) {}

  get length(): number {
    return this.steps.length;
  }

  column(name: string): readonly Value[] {
    return this.columns.get(name) ?? this.steps.map(() => null);
  }

  /** Adds a row; steps never go back. One of the newest row's step says more of that: a run that is paused evaluates where it may have had its record. */
  add(step: number, row: Row): void {
    if (step === this.steps.at(-1)) {
      this.put(row);
      if (this.candidate?.step === step) this.candidate = { step, row: { ...this.candidate.row, ...row } };
      return;
    }
    for (; this.provisional > 0; this.provisional--) this.pop();
    const offer = { step, row };
    if (!this.candidate || this.distance(row) > this.distance(this.candidate.row)) this.candidate = offer;
    const { candidate } = this;
    const full = ++this.offered >= this.stride;
    if (full) {
      this.offered = 0;
      this.candidate = undefined;
    }
    this.push(candidate.step, candidate.row);
    if (candidate !== offer) this.push(step, row);
    this.provisional = (full ? 0 : 1) + (candidate === offer ? 0 : 1);
    if (this.length >= this.limit) this.halve();
  }

  private push(step: number, row: Row): void {
    this.steps.push(step);
    for (const column of this.columns.values()) column.push(null);
    this.put(row);
  }

  /** Fills in the last row. */
  private put(row: Row): void {
    for (const name of Object.keys(row)) {
      let column = this.columns.get(name);
      if (!column) this.columns.set(name, (column = this.steps.map(() => null)));
      column[this.length - 1] = row[name] ?? null;
    }
  }

  private pop(): void {
    this.steps.pop();
    for (const column of this.columns.values()) column.pop();
  }

  /** How far a row lies from the last one, in shares of its columns' size. */
  private distance(row: Row): number {
    let sum = 0;
    for (const [name, column] of this.columns) {
      const [now, last] = [row[name] ?? 0, column.at(-1) ?? 0];
      sum += Math.abs(now - last) / (Math.abs(now) + Math.abs(last) || 1);
    }
    return sum;
  }

  private halve(): void {
    const last = this.length - this.provisional - 1;
    const kept = [0];
    for (let row = 1; row <= last; row += 2) {
      const before = kept[kept.length - 1]!;
      kept.push(row < last && this.between(before, row + 1) > this.between(before, row) ? row + 1 : row);
    }
    for (let row = last + 1; row < this.length; row++) kept.push(row);
    for (const column of [this.steps, ...this.columns.values()]) {
      kept.forEach((row, k) => (column[k] = column[row]!));
      column.length = kept.length;
    }
    this.stride *= 2;
  }

  private between(a: number, b: number): number {
    let sum = 0;
    for (const column of this.columns.values()) {
      const [x, y] = [column[a] ?? 0, column[b] ?? 0];
      sum += Math.abs(x - y) / (Math.abs(x) + Math.abs(y) || 1);
    }
    return sum;
  }
}
