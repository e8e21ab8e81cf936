import { correction } from '../engine/spec/correction.ts';
import type { LocatedProblem } from '../engine/spec/problems.ts';
import type { WarningEvent } from '../engine/training/events.ts';
import { applyFix, remedy, type Gesture } from './edits.ts';
import { ofFile, type Item, type Offer } from './problems.ts';
import { sinceText, warningsOf } from './run/findings.ts';
import type { Run } from './run/runState.ts';
import type { Panel } from './store.ts';

/** Everything wrong with the file, and everything the rules found in the run. */
export function found(panel: Panel): Item[] {
  const { run } = panel.training;
  return [
    ...(panel.document?.problems ?? []).map((problem) => ofFile(problem, panel.drawing, remedies(panel, problem))),
    ...(run?.failure?.problems ?? [])
      .filter((problem) => !panel.document?.problems.some(({ message }) => message === problem.message))
      .map((problem) => ofFile(problem, undefined, [])),
    ...warningsOf(run, panel.document?.problems ?? []).map((warning) => ofRun(run, warning)),
  ];
}

/** What mends one by what its rule offers. */
export const offersOf = (panel: Panel, { drawing, offered }: Item): Offer[] =>
  drawing ? offered.map((fix) => offer(panel, fix.title, applyFix(fix, drawing))) : [];

function ofRun(run: Run | undefined, warning: WarningEvent): Item {
  const { severity, rule, message, layer, fixes, fix } = warning;
  const offered = fixes.length > 0 ? fixes : fix ? [fix] : [];
  return {
    ...{ severity, rule, message, since: sinceText(run, warning), fixes: [], drawing: run?.drawing, offered },
    layer: layer ?? undefined,
  };
}

/** What mends a problem of the file that no rule has a fix for: the name that was meant, or the layer that is missing. */
function remedies(panel: Panel, problem: LocatedProblem): Offer[] {
  const fix = correction(problem);
  if (fix) {
    return [{ title: fix.title, enabled: panel.mendable, apply: () => panel.mend(fix.edit, fix.title) }];
  }
  const { drawing } = panel;
  if (!drawing || problem.fixes) return [];
  const gesture = panel.editable ? remedy(drawing, problem) : undefined;
  return gesture ? [offer(panel, gesture.label, gesture)] : [];
}

const offer = (panel: Panel, title: string, gesture: Gesture): Offer => ({
  title,
  enabled: panel.editable,
  apply: () => panel.edit(gesture),
  ...(panel.training.run ? { again: () => panel.editAndTrain(gesture) } : {}),
});
