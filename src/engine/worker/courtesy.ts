/** For how long after it was last asked for, in milliseconds. */
const lasting = 600;
/** So many times as much as was worked is rested; at most so many milliseconds. */
const share = 3;
const longest = 250;

/** Leaves most of the processor's time to a person who types beside training. Says when steps are made, and changes no number. */
export class Courtesy {
  private until = -Infinity;
  private began = 0;

  constructor(
    private readonly now = () => performance.now(),
    private readonly wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  ) {}

  ask(): void {
    this.until = this.now() + lasting;
  }

  /** Between two stretches of work: rests, if it was asked for of late. */
  async rest(): Promise<void> {
    const now = this.now();
    if (now < this.until) await this.wait(Math.min(longest, share * (now - this.began)));
    this.began = this.now();
  }
}
