import type { Backend, Session } from '../backends/backend.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import type { Plan } from '../plan/plan.ts';

/** A session with its data in it, made for a run that nobody has asked for yet or left by the one before. */
interface Ready {
  readonly backend: Backend;
  readonly plan: Plan;
  readonly seed: number;
  readonly dataset: Dataset;
  readonly session: Session;
}

/** Larger ones are not kept, in values: 64 MB. */
const mostKept = 2 ** 24;
let ready: Ready | undefined;

/** Keeps a session, its slots all 0, for the run it was made for; or disposes of it where it is too large. */
export function keepReady(made: Ready): void {
  ready?.session.dispose();
  ready = undefined;
  const { parameters, gradients, slots, activations, features } = made.plan.sizes;
  if (parameters + gradients + slots + activations + features > mostKept) made.session.dispose();
  else ready = made;
}

/** A session with a network's data in it: the one that was kept for this very run, or a new one. Throws OutOfMemory. */
export async function sessionFor(graph: Graph, plan: Plan, dataset: Dataset, backend: Backend): Promise<Session> {
  const { seed, training } = graph.network;
  const kept = ready;
  ready = undefined;
  if (kept?.backend === backend && kept.plan === plan && kept.seed === seed && kept.dataset === dataset)
    return kept.session;
  kept?.session.dispose();
  const session = await backend.prepare(plan, seed);
  session.setData(dataset.features, training.target === 'input' ? new Float32Array(0) : dataset.targets);
  return session;
}
