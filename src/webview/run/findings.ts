import * as l10n from '@vscode/l10n';
import { rules } from '../../engine/rules/index.ts';
import type { LocatedProblem } from '../../engine/spec/problems.ts';
import type { WarningEvent } from '../../engine/training/events.ts';
import { count } from '../format.ts';
import type { RunFinding } from '../hostProtocol.ts';
import type { Run } from './runState.ts';

/** What the rules found in a run that they do not say of the file as it now is. */
export const warningsOf = (run: Run | undefined, problems: readonly LocatedProblem[]): WarningEvent[] =>
  [...(run?.warnings.values() ?? [])].filter(
    ({ rule, layer }) => layer !== null || !problems.some((problem) => problem.rule === rule),
  );

/** A rule speaks once; what it counted may be another number by now. */
export function sinceText(run: Run | undefined, { rule: id, layer, step }: WarningEvent): string {
  const counts = rules.find((rule) => rule.id === id)?.counts;
  const metrics = layer === null ? undefined : run?.metricsOf(layer);
  return counts && metrics
    ? l10n.t('first at step {0}, now {1} of {2}', count(step), count(metrics[counts]), count(metrics.units))
    : l10n.t('first at step {0}', count(step));
}

/** The same for the host, which shows it among VS Code's own problems. */
export const findingsOf = (run: Run | undefined, problems: readonly LocatedProblem[]): RunFinding[] =>
  warningsOf(run, problems).map((warning) => {
    const { severity, rule, layer, message, fixes } = warning;
    const layers = run?.drawing.layers.map(({ layer }) => layer.id) ?? [];
    return { severity, rule, layer, message: `${message} (${sinceText(run, warning)})`, fixes, layers };
  });
