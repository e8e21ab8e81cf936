import type { LocatedProblem } from '../../engine/spec/problems.ts';
import { grouped } from '../byId.ts';
import type { DrawnLayer } from '../document.ts';
import type { Panel } from '../store.ts';

/** What is said of a layer. */
export interface Said {
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
}

const ofFiles = new WeakMap<readonly LocatedProblem[], ReadonlyMap<string, readonly LocatedProblem[]>>();

/** What is said of the layer at an index of the file, gone through once for all layers. */
function problemsOf(problems: readonly LocatedProblem[], index: number): readonly LocatedProblem[] {
  let known = ofFiles.get(problems);
  if (!known) {
    known = grouped(problems, ({ path }) => /^layers\.(\d+)(?![^.])/.exec(path)?.[1]);
    ofFiles.set(problems, known);
  }
  return known.get(String(index)) ?? [];
}

/** The gravest of what is said of a layer, in its file or by its run; undefined where nothing is wrong. */
export function worstOf(panel: Panel, drawn: DrawnLayer): Said | undefined {
  const { index, layer } = drawn;
  const problems = problemsOf(panel.document?.problems ?? [], index);
  const warnings = panel.runOf(drawn)?.warningsOf(layer.id) ?? [];
  const [first] = [...problems, ...warnings].sort(
    (a, b) => Number(a.severity !== 'error') - Number(b.severity !== 'error'),
  );
  return first?.severity === 'info' ? undefined : first;
}
