import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import type { Run } from '../run/runState.ts';
import type { Panel } from '../store.ts';

export type Part = readonly [from: number, to: number];

/** A narrower part would hold no step. */
const least = 2;

/** A part of 0…`end` in whole steps, where it is one: as near to what was asked for as there are steps, none where that is all. */
export function partOf([from, to]: Part, end: number): Part | undefined {
  const width = Math.min(end, Math.max(least, Math.round(to - from)));
  const first = Math.max(0, Math.min(Math.round(from), end - width));
  return width >= end ? undefined : [first, first + width];
}

/** The part that is in view; another run begins whole. */
export const zoomOf = ({ view, training }: Panel): Part | undefined =>
  view.zoom?.run === training.run?.name ? view.zoom?.part : undefined;

/** Shows a part of the run in all charts. */
export function zoomTo(panel: Panel, run: Run, wanted: Part | undefined, end: number): void {
  const part = wanted && partOf(wanted, end);
  panel.view.zoom = part && { run: run.name, part };
  panel.changed();
}

/** What a key makes of the part in view: + its later half, − twice as much, arrows the part beside it, 0 the whole run. */
export function zoomed(key: string, part: Part | undefined, end: number): Part | undefined {
  const [from, to] = part ?? [0, end];
  const width = to - from;
  switch (key) {
    case '+':
      return [from + width / 2, to];
    case '-':
      return [from - width, to];
    case 'ArrowLeft':
      return part && [from - width / 2, to - width / 2];
    case 'ArrowRight':
      return part && [from + width / 2, to + width / 2];
    case '0':
      return undefined;
    default:
      return part;
  }
}

export const zoomKeys: readonly string[] = ['+', '-', '0', 'ArrowLeft', 'ArrowRight'];

/** The way back, while only a part is in view. */
export const wholeRun = (isPart: boolean, show: () => void): TemplateResult | typeof nothing =>
  isPart
    ? html`<button class="toggle" title=${l10n.t('Show the whole run again (0, or a double click)')} @click=${show}>
        ${l10n.t('whole run')}
      </button>`
    : nothing;
