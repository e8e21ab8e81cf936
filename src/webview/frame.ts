import { html, nothing, type TemplateResult } from 'lit';
import { banner } from './banner.ts';
import { diagram } from './designer/diagram.ts';
import type { Drawing } from './document.ts';
import { problems } from './problems.ts';
import { runBar } from './runBar.ts';
import type { Panel } from './store.ts';

/** What stands around network and problems. */
export interface Surroundings {
  readonly comparison: unknown;
  readonly charts: unknown;
  readonly inspector: unknown;
  readonly palette: unknown;
}

/**
 * Run bar, network and problems, and what stands around them. `room` is what the diagram may use, as measured after the drawing before; without one it is left
 * empty, to be measured. Without surroundings there is only what a person waits for when a file opens, and what else the room for it depends on.
 */
export const frame = (
  panel: Panel,
  drawing: Drawing,
  room: { width: number; height: number } | undefined,
  around?: Surroundings,
): TemplateResult =>
  html`<div class="app ${panel.view.inspector ? '' : 'no-inspector'}">
    ${runBar(panel, drawing)}
    <div class="stage">${banner(panel)} ${diagram(panel, drawing, room, around !== undefined)}</div>
    <div class="findings">${around?.comparison ?? nothing} ${problems(panel)}</div>
    ${around?.charts ?? nothing} ${around?.inspector ?? nothing} ${around?.palette ?? nothing}
  </div>`;
