import { setImmediate } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import type { EndEvent } from '../training/events.ts';
import { Trainer } from '../training/trainer.ts';
import { chooseBackend } from './backends.ts';
import { examine } from './networkFile.ts';

/** A run for a worker thread. */
export interface Job {
  readonly index: number;
  readonly file: string;
  readonly text: string;
  readonly steps: number | undefined;
}

export interface Outcome extends Pick<EndEvent, 'reason' | 'seconds' | 'final' | 'expect'> {
  readonly index: number;
  /** Why there was no run, with reason `error`. */
  readonly message?: string;
}

/** A worker thread's whole life: a run for each job it is sent. */
export function serveSweep(): void {
  parentPort!.on('message', (job: Job) => {
    void runJob(job).then((outcome) => parentPort!.postMessage(outcome));
  });
}

async function runJob({ index, file, text, steps }: Job): Promise<Outcome> {
  const failed = (message: string): Outcome => ({
    index,
    reason: 'error',
    message,
    seconds: 0,
    final: null,
    expect: [],
  });
  try {
    const { graph, dataset, problems } = await examine(file, text);
    if (!graph || !dataset)
      return failed(problems.find(({ severity }) => severity === 'error')?.message ?? 'The network has problems.');
    const { backend, reason } = await chooseBackend('wasm', 'simd');
    let end: EndEvent | undefined;
    const trainer = await Trainer.create(graph, dataset, backend, {
      run: String(index),
      reason,
      ...(steps === undefined ? {} : { steps }),
      onEvent(event) {
        if (event.event === 'end') end = event;
      },
      yield: () => setImmediate(),
    });
    await trainer.begin();
    await trainer.run();
    trainer.dispose();
    const { reason: how, seconds, final, expect } = end!;
    return { index, reason: how, seconds, final, expect };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}
