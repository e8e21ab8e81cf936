/** Where batches of this size began: after `step` updates, when `seen` samples had been seen since the run's start. */
export interface Since {
  readonly step: number;
  readonly seen: number;
}

/**
 * How a run's updates go through its epochs. An epoch's last batch may be short. A batch size that was changed in the middle of the run goes on
 * from the sample the run had come to.
 */
export class Batches {
  readonly perEpoch: number;
  /** Updates in what was left of the epoch at hand. */
  private readonly first: number;

  constructor(
    /** Samples of an epoch. */
    private readonly samples: number,
    readonly size: number,
    readonly since: Since = { step: 0, seen: 0 },
  ) {
    this.perEpoch = Math.ceil(samples / size);
    this.first = Math.ceil((samples - (since.seen % samples)) / size);
  }

  /** Finished epochs after `step` updates, and the batch of the next update. */
  at(step: number): { epoch: number; offset: number; rows: number } {
    const { samples, size, since, first, perEpoch } = this;
    const done = step - since.step;
    const begun = Math.floor(since.seen / samples);
    const later = Math.floor((done - first) / perEpoch);
    const [epoch, offset] =
      done < first
        ? [begun, (since.seen % samples) + done * size]
        : [begun + 1 + later, (done - first - later * perEpoch) * size];
    return { epoch, offset, rows: Math.min(size, samples - offset) };
  }

  /** Updates after which so many epochs are finished. */
  stepsTo(epochs: number): number {
    const left = epochs - Math.floor(this.since.seen / this.samples);
    return left <= 0 ? this.since.step : this.since.step + this.first + (left - 1) * this.perEpoch;
  }

  /** The same run from `step` on, in batches of another size. */
  resized(size: number, step: number): Batches {
    if (size === this.size) return this;
    const { epoch, offset } = this.at(step);
    return new Batches(this.samples, size, { step, seen: epoch * this.samples + offset });
  }
}
