/**
 * The entry of every peer's bundle, in a page's worker or in a Node thread: makes a run, checks what it learns, and does timed rounds
 * when told to. `peer:` is what esbuild puts in its place.
 */
import { peer } from 'peer:';
import { checked, type Run } from './peer.ts';
import type { Workload } from './workloads.ts';

export type Request =
  { readonly type: 'prepare'; readonly workload: Workload } | { readonly type: 'round'; readonly milliseconds: number };

let run: Run;
/** Steps that last round took: the next one begins with as many. */
let count = 1;

async function answer(request: Request): Promise<unknown> {
  if (request.type === 'prepare') {
    const start = performance.now();
    run = await peer.prepare(request.workload);
    const begin = await run.steps(1);
    const first = run.first ?? performance.now() - start;
    const loss = (begin + (checked - 1) * (await run.steps(checked - 1))) / checked;
    return { first, loss, memory: run.memory?.(), note: run.note };
  }
  for (;;) {
    const start = performance.now();
    await run.steps(count);
    const time = performance.now() - start;
    if (time >= 0.6 * request.milliseconds) return { rate: (count / time) * 1000 };
    count = Math.max(count + 1, Math.ceil(count * Math.min((1.1 * request.milliseconds) / Math.max(time, 0.1), 8)));
  }
}

const scope = globalThis as unknown as {
  onmessage: (event: { data: Request }) => void;
  postMessage(message: unknown): void;
};
scope.onmessage = ({ data }) =>
  void answer(data).then(
    (value) => scope.postMessage({ value }),
    (error: unknown) =>
      scope.postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
