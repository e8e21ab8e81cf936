import * as l10n from '@vscode/l10n';
import { autopsy } from '../autopsy/autopsy.ts';
import { readSafetensors } from '../weights/safetensors.ts';
import type { AutopsyRequest, FromWorker } from './protocol.ts';
import { checkGiven, type Surroundings } from './surroundings.ts';

/** Milliseconds between two words of how far it is. */
const progressEvery = 100;

/** Answers an autopsy: makes the run again, whatever run is at hand, and posts what came out. */
export async function examine(request: AutopsyRequest, around: Surroundings): Promise<void> {
  const { backend: choice, kernels, death, resume, settings } = request;
  const post = (message: FromWorker) => around.post(message, []);
  let last = 0;
  try {
    const { graph, dataset, problems } = await checkGiven(request);
    if (!graph || !dataset) throw new Error(problems[0]?.message ?? l10n.t('The network has problems.'));
    const { backend } = await around.backend(choice, graph, dataset, kernels);
    const run = { graph, dataset, backend, settings };
    const found = await autopsy(run, death, resume && readSafetensors(resume), {
      onProgress(step) {
        const now = performance.now();
        if (now - last < progressEvery) return;
        last = now;
        post({ type: 'autopsyAt', step });
      },
      yield: () => around.yield(),
    });
    post({ type: 'autopsy', found });
  } catch (error) {
    post({ type: 'autopsyFailed', message: error instanceof Error ? error.message : String(error) });
  }
}
