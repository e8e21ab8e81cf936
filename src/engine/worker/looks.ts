import { DeviceLost, type Backend } from '../backends/backend.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Look, LookRequest } from '../look/look.ts';
import { Looker, type Effort } from '../look/looker.ts';
import type { Trainer } from '../training/trainer.ts';

/** A look takes at most one in so many parts of the time. */
const shareOfTime = 8;

/** Answers what the panel wants to see, between stretches of steps: on a backend apart from the run's, so that no bit of it changes. */
export class Looks {
  private request: LookRequest | undefined;
  /** What was answered last, and of which weights: the same is not shown twice. */
  private answered = '';
  private looker: { trainer: Trainer; looker: Looker } | undefined;
  private under: Promise<void> | undefined;
  private next = 0;

  constructor(
    private readonly backend: (trainer: Trainer) => Promise<Backend>,
    private readonly post: (look: Look) => void,
    /** A look failed. */
    private readonly failed: (message: string) => void,
  ) {}

  /** Milliseconds between two looks, at least. */
  interval = 100;

  ask(request: LookRequest | undefined): void {
    this.request = request;
  }

  /** Between two stretches: looks if it is time. */
  async between(trainer: Trainer, dataset: Dataset): Promise<void> {
    if (performance.now() >= this.next) await this.look(trainer, dataset, 'training');
  }

  /** Looks once more, as training stands still. One look at a time: what is asked meanwhile is looked at after it. */
  async look(trainer: Trainer, dataset: Dataset, effort: Effort = 'resting'): Promise<void> {
    await this.settled();
    const { request } = this;
    const key = JSON.stringify([request, trainer.step, effort]);
    if (!request || (key === this.answered && this.looker?.trainer === trainer)) return;
    this.answered = key;
    this.request = undefined;
    this.under = this.now(request, trainer, dataset, effort).finally(() => (this.under = undefined));
    await this.under;
  }

  /** Until no look is under way. */
  async settled(): Promise<void> {
    while (this.under) await this.under;
  }

  private async now(request: LookRequest, trainer: Trainer, dataset: Dataset, effort: Effort): Promise<void> {
    const start = performance.now();
    try {
      if (this.looker?.trainer !== trainer) {
        this.forget();
        this.looker = { trainer, looker: new Looker(trainer.graph, dataset, await this.backend(trainer)) };
      }
      this.post(await this.looker.looker.look(request, trainer.step, await trainer.arenas(), effort));
    } catch (error) {
      // The run itself finds out that its device is gone, and goes on elsewhere.
      if (error instanceof DeviceLost) this.answered = '';
      else this.failed(error instanceof Error ? error.message : String(error));
    }
    const now = performance.now();
    this.next = now + Math.max(this.interval, shareOfTime * (now - start));
  }

  /** The run is over: its memory is given back. */
  forget(): void {
    this.looker?.looker.dispose();
    this.looker = undefined;
  }
}
