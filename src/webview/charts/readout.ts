import * as l10n from '@vscode/l10n';
import type uPlot from 'uplot';
import { compact, count } from '../format.ts';
import type { Value } from '../run/history.ts';
import type { Line, PlotOptions } from './plot.ts';

/** More lines than this are told of by the strongest alone, which is the selected layer's. */
const most = 3;

/** What the lines are worth where the pointer is, beside it: in every chart that shares its step. */
export function readOut(u: uPlot, { steps, lines, rows }: PlotOptions): void {
  const { idx, left = -1 } = u.cursor;
  let tip = u.over.querySelector<HTMLElement>('.readout');
  const step = typeof idx === 'number' ? steps[idx] : undefined;
  if (step === undefined || left < 0 || rows) return tip?.remove();
  if (!tip) {
    tip = document.createElement('div');
    tip.className = 'readout';
    u.over.append(tip);
  }
  tip.textContent = [l10n.t('step {0}', count(step)), ...told(lines).map((line) => worth(line, idx!))].join('\n');
  const right = left > u.over.clientWidth / 2;
  tip.style.left = right ? '' : `${left + 8}px`;
  tip.style.right = right ? `${u.over.clientWidth - left + 8}px` : '';
}

function told(lines: readonly Line[]): readonly Line[] {
  if (lines.length <= most) return lines;
  const widest = Math.max(...lines.map(({ width }) => width));
  const strong = lines.filter(({ width }) => width === widest);
  return strong.length <= most ? strong : [];
}

const worth = ({ label, values }: Line, index: number): string => `${label} ${compact(newestAt(values, index), 3)}`;

/** What is measured now and then keeps its value until it is measured again. */
function newestAt(values: readonly Value[], index: number): Value {
  for (let i = index; i >= 0; i--) if (values[i] !== null && values[i] !== undefined) return values[i]!;
  return null;
}
