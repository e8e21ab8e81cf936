import * as l10n from '@vscode/l10n';
import { preview, rehearse } from '../training/preview.ts';
import type { FromWorker, PreviewRequest } from './protocol.ts';
import { checkGiven, type Surroundings } from './surroundings.ts';

/** Answers how a network stands before training, with the kernels of the command line: the same figures, bit for bit. */
export async function lookBefore(request: PreviewRequest, around: Surroundings): Promise<void> {
  const post = (message: FromWorker) => around.post(message, []);
  try {
    const { graph, dataset, problems } = await checkGiven(request);
    const error = problems.find(({ severity }) => severity === 'error');
    if (!graph || !dataset || error) throw new Error(error?.message ?? l10n.t('The network has problems.'));
    const backend = (await around.lookBackend?.()) ?? (await around.backend('wasm', graph, dataset)).backend;
    post({ type: 'previewed', seen: await preview(graph, dataset, backend) });
  } catch (error) {
    post({ type: 'previewFailed', message: error instanceof Error ? error.message : String(error) });
  }
}

/**
 * A step of a run that nobody has asked for yet, taken back: then its data are drawn, its plan, memory and first weights made, the kernels compiled and a
 * graphics device looked for when Train is pressed. What is wrong with it is told to who asks for the run.
 */
export async function getReady(
  request: PreviewRequest & { readonly backend: 'auto' | 'wasm' | 'webgpu' },
  around: Surroundings,
): Promise<void> {
  try {
    if (request.backend !== 'wasm') around.findGraphics?.();
    const { graph, dataset } = await checkGiven(request);
    if (graph && dataset) await rehearse(graph, dataset, (await around.backend('wasm', graph, dataset)).backend);
  } catch {
    return;
  }
}
