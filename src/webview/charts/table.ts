import { html, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { compact, count } from '../format.ts';
import type { Line } from './plot.ts';

/** Rows shown: the newest. */
const most = 500;

/** A chart's numbers, newest first. */
export function table(steps: readonly number[], lines: readonly Line[], version: unknown): TemplateResult {
  return html`<div class="table-scroll">
    ${guard(
      [version, lines.map(({ label }) => label).join()],
      () =>
        html`<table>
          <thead>
            <tr>
              <th scope="col">step</th>
              ${lines.map(({ label }) => html`<th scope="col">${label}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${[...steps.keys()]
              .reverse()
              .slice(0, most)
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
