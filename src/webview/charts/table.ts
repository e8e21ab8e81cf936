import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { compact, count } from '../format.ts';
import type { Run } from '../run/runState.ts';
import type { Line } from './plot.ts';

/** Rows made at most, in all and while a run goes on: the newest. */
const most = { resting: 500, running: 50 };
/** A table that nobody could read is not drawn ten times a second. */
const interval = 1000;

export interface ShownRows {
  readonly most: number;
  /** Another value whenever the table is to be drawn again. */
  readonly version: unknown;
}

/** How much of a run's tables is made at a time, and when it is made anew. */
export const shownRows = ({ state, latest }: Pick<Run, 'state' | 'latest'>, now: number): ShownRows =>
  state === 'running'
    ? { most: most.running, version: Math.floor(now / interval) }
    : { most: most.resting, version: latest };

/** A chart's numbers, newest first. */
export function table(steps: readonly number[], lines: readonly Line[], { most, version }: ShownRows): TemplateResult {
  return html`<div class="table-scroll" tabindex="0">
    ${guard(
      [version, most, lines.map(({ label }) => label).join()],
      () =>
        html`<table>
          <thead>
            <tr>
              <th scope="col">${l10n.t('step')}</th>
              ${lines.map(({ label }) => html`<th scope="col">${label}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${[...steps.keys()]
              .slice(-most)
              .reverse()
              .map(
                (row) =>
                  html`<tr>
                    <th scope="row">${count(steps[row] ?? 0)}</th>
                    ${lines.map(({ values }) => html`<td>${compact(values[row], 4)}</td>`)}
                  </tr>`,
              )}
          </tbody>
        </table>`,
    )}
  </div>`;
}
