import { html, nothing, type TemplateResult } from 'lit';
import type { LocatedProblem, Severity } from '../engine/spec/problems.ts';
import type { Fix, WarningEvent } from '../engine/training/events.ts';
import { button } from './controls.ts';
import { applyFix } from './edits.ts';
import { plural } from './format.ts';
import { icon } from './icons.ts';
import { canDie } from './run/runState.ts';
import type { Panel } from './store.ts';

interface Item {
  readonly severity: Severity;
  readonly rule: string;
  readonly message: string;
  /** Where the fault stands, and how to get there. */
  readonly place?: { readonly text: string; readonly offset: number };
  readonly fixes: readonly Fix[];
}

const rank: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/** Everything wrong with the file, and everything the rules found in the run, worst first. */
export function problems(panel: Panel): TemplateResult {
  const run = panel.training.run;
  const items = [
    ...(panel.document?.problems ?? []).map(ofFile),
    ...(run?.failure?.problems ?? [])
      .filter((problem) => !panel.document?.problems.some(({ message }) => message === problem.message))
      .map(ofFile),
    ...[...(run?.warnings.values() ?? [])].map(ofRun),
  ].sort((a, b) => rank[a.severity] - rank[b.severity]);
  return html`<section class="problems ${items.length === 0 ? 'quiet' : ''}" aria-label="Problems and rules">
    ${items.length === 0 ? html`<span class="good">${icon('ok')}</span><span>No problems${worst(panel)}</span>` : nothing}
    <ul aria-label="Problems" ?hidden=${items.length === 0}>
      ${items.map((item) => row(panel, item))}
    </ul>
    ${items.length > 2 ? html`<span class="visually-hidden">${plural(items.length, 'problem')}</span>` : nothing}
  </section>`;
}

/** Where most units are dead, while nothing else needs to be said. */
function worst({ training: { run } }: Panel): string {
  if (!run) return '';
  const layers = (run.latest?.layers ?? []).filter(({ id, dead }) => dead > 0 && canDie(run.drawing, id));
  const [first] = layers.sort((a, b) => b.dead / b.units - a.dead / a.units);
  return first ? ` · dead units: highest is ${first.id}, ${first.dead} of ${first.units}` : '';
}

const ofFile = ({ severity, rule, message, line, file, offset }: LocatedProblem): Item => ({
  severity,
  rule,
  message,
  place: { text: file ? `${file}:${line}` : `line ${line}`, offset },
  fixes: [],
});

const ofRun = ({ severity, rule, message, fixes, fix }: WarningEvent): Item => ({
  severity,
  rule,
  message,
  fixes: fixes.length > 0 ? fixes : fix ? [fix] : [],
});

function row(panel: Panel, { severity, rule, message, place, fixes }: Item): TemplateResult {
  const { drawing } = panel;
  return html`<li class="problem ${severity}">
    <span class="sign" title=${severity}>${icon(severity)}<span class="visually-hidden">${severity}:</span></span>
    <span class="message">${message}</span>
    <span class="code">
      ${place ? html`<button class="link" title="Show in the text" @click=${() => panel.openText(place.offset)}>${place.text}</button>` : nothing}
      ${rule}
    </span>
    ${
      fixes.length > 0 && drawing
        ? html`<span class="fixes">
            ${fixes.map((fix, i) =>
              button({
                content: fix.title,
                appearance: i === 0 ? 'primary' : 'secondary',
                disabled: !panel.editable,
                click: () => panel.edit(applyFix(drawing, fix)),
              }),
            )}
          </span>`
        : nothing
    }
  </li>`;
}
