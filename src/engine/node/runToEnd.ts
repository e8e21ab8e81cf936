import { DeviceLost } from '../backends/backend.ts';
import type { Trainer } from '../training/trainer.ts';

/**
 * Trains until the run ends. `keep` is called every so many steps (`every`; never, when left out) and once more after the end. A device that is lost
 * ends the run as `device_lost`, and is what this gives; any other failure is thrown.
 */
export async function runToEnd(
  trainer: Trainer,
  keep: () => Promise<void> = () => Promise.resolve(),
  every = Infinity,
): Promise<DeviceLost | undefined> {
  try {
    await trainer.begin();
    while (!trainer.ended) {
      await trainer.run(every - (every === Infinity ? 0 : trainer.step % every));
      if (!trainer.ended) await keep();
    }
    await keep();
  } catch (error) {
    if (!(error instanceof DeviceLost)) throw error;
    trainer.lost(error.message);
    return error;
  }
}
