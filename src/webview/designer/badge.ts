import type { DrawnLayer } from '../document.ts';
import type { Panel } from '../store.ts';

/** What is said of a layer. */
export interface Said {
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
}

/** The gravest of what is said of a layer, in its file or by its run; undefined where nothing is wrong. */
export function worstOf(panel: Panel, drawn: DrawnLayer): Said | undefined {
  const { index, layer } = drawn;
  const inFile = ({ path }: { path: string }) => path === `layers.${index}` || path.startsWith(`layers.${index}.`);
  const problems = panel.document?.problems.filter(inFile) ?? [];
  const warnings = [...(panel.runOf(drawn)?.warnings.values() ?? [])].filter((warning) => warning.layer === layer.id);
  const [first] = [...problems, ...warnings].sort(
    (a, b) => Number(a.severity !== 'error') - Number(b.severity !== 'error'),
  );
  return first?.severity === 'info' ? undefined : first;
}
