import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import type { LocatedProblem, Severity } from '../engine/spec/problems.ts';
import { button } from './controls.ts';
import type { Drawing } from './document.ts';
import { count } from './format.ts';
import { icon } from './icons.ts';
import { folded, type Said } from './problemGroups.ts';
import { deadText } from './run/status.ts';
import type { Panel } from './store.ts';

export interface Item extends Said {
  readonly severity: Severity;
  /** Where the fault stands, and how to get there. */
  readonly place?: { readonly text: string; readonly offset: number };
  /** When a rule found it: its figures are of then. */
  readonly since?: string;
  /** What mends it otherwise than by what its rule offers. */
  readonly fixes: readonly Offer[];
  /** The network that is spoken of. */
  readonly drawing: Drawing | undefined;
}

/** A button that mends a problem. */
export interface Offer {
  readonly title: string;
  readonly enabled: boolean;
  readonly apply: () => void;
  /** Applies it and trains again; only where there is a run to compare with. */
  readonly again?: () => void;
}

const rank: Record<Severity, number> = { error: 0, warning: 1, info: 2 };
export const severityName = (severity: Severity): string =>
  ({ error: l10n.t('error'), warning: l10n.t('warning'), info: l10n.t('info') })[severity];

/** Everything wrong with the file, and everything the rules found in the run, worst first. */
export function problems(panel: Panel): TemplateResult {
  const run = panel.training.run;
  const items = [...panel.found].sort((a, b) => rank[a.severity] - rank[b.severity]);
  const { allProblems } = panel.view;
  const shown = allProblems ? items : folded(items);
  const form = items.length === 0 ? 'quiet' : allProblems ? 'all' : '';
  return html`<section class="problems ${form}" aria-label=${l10n.t('Problems and rules')}>
    ${
      items.length === 0
        ? quiet(run && deadText(run))
        : html`<ul role="list" aria-label=${l10n.t('Problems')}>
            ${shown.map((item) => row(panel, item))}
          </ul>`
    }
    ${items.length > 0 ? more(panel, items) : nothing}
    ${items.length > 2 ? html`<span class="visually-hidden">${l10n.t('{0} problems', count(items.length))}</span>` : nothing}
  </section>`;
}

/** The first problem and a row of its fixes are in view; this shows the others, or all of it. */
const more = (panel: Panel, items: readonly Item[]): TemplateResult => {
  const { allProblems } = panel.view;
  const needless = !allProblems && items.length === 1 && items[0]!.fixes.length + items[0]!.offered.length <= 2;
  return html`<button
    class="toggle more ${needless ? 'needless' : ''}"
    aria-expanded=${allProblems}
    @click=${() => {
      panel.view.allProblems = !allProblems;
      panel.changed();
    }}
  >
    ${allProblems ? l10n.t('less') : items.length > 1 ? l10n.t('+{0} more', count(items.length - 1)) : l10n.t('more')}
  </button>`;
};

/** Nothing to mend is only well while no unit is dead. */
const quiet = (dead: string | undefined): TemplateResult =>
  dead
    ? html`<span>${dead}</span>`
    : html`<span class="good">${icon('ok')}</span><span>${l10n.t('No problems')}</span>`;

/** A problem of the file. */
export function ofFile(problem: LocatedProblem, drawing: Drawing | undefined, fixes: readonly Offer[]): Item {
  const { severity, rule, message, line, file, offset, path } = problem;
  const index = /^layers\.(\d+)/.exec(path)?.[1];
  return {
    ...{ severity, rule, message, fixes, drawing, offered: problem.fixes ?? [] },
    layer: drawing?.layers[Number(index)]?.layer.id,
    place: { text: file ? `${file}:${line}` : l10n.t('line {0}', line), offset },
  };
}

function row(panel: Panel, item: Item): TemplateResult {
  const { severity, rule, message, place, since } = item;
  const fixes = [...item.fixes, ...panel.offersOf(item)];
  return html`<li class="problem ${severity}">
    <span class="sign" title=${severityName(severity)}
      >${icon(severity)}<span class="visually-hidden">${severityName(severity)}:</span></span
    >
    <span class="message">${message}</span>
    <span class="code">
      ${place ? html`<button role="link" class="link" title=${l10n.t('Show in the text')} @click=${() => panel.openText(place.offset)}>${place.text}</button>` : nothing}
      ${since ? `${since} · ` : nothing}${rule}
    </span>
    ${
      fixes.length > 0
        ? html`<span class="fixes">
            ${fixes.map((fix, i) => {
              const look = { appearance: i === 0 ? 'primary' : 'secondary', disabled: !fix.enabled } as const;
              return html`<span class="split"
                >${button({ ...look, content: fix.title, click: fix.apply })}${
                  fix.again
                    ? button({
                        ...look,
                        // Once in words is enough.
                        content: i === 0 ? html`${icon('play')}${l10n.t('Train again')}` : icon('play'),
                        class: 'again',
                        label: l10n.t('{0}, and train again', fix.title),
                        title: l10n.t(
                          'Make this change and train again from the start with the same seed; this run stays to compare with',
                        ),
                        click: fix.again,
                      })
                    : nothing
                }</span
              >`;
            })}
          </span>`
        : nothing
    }
  </li>`;
}
