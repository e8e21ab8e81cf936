import type uPlot from 'uplot';
import type { Run } from '../run/runState.ts';
import { css, theme } from '../theme.ts';

/** Width of a mark's column: raw marks of units that flicker would paint the lane solid. */
const column = 6;

/** Below the lines, where units died (✕) or came back (○): one mark a column. */
export function eventLane(u: uPlot, run: Run): void {
  const g = u.ctx;
  const ratio = devicePixelRatio;
  const { left, top, width, height } = u.bbox;
  const colors = theme();
  const y = top + height - 4.5 * ratio;
  const marks = new Map<number, 'died' | 'revived'>();
  run.deaths.steps.forEach((step, i) => {
    const at = Math.floor((u.valToPos(step, 'x', true) - left) / (column * ratio));
    if (run.deaths.column('died')[i] !== null) marks.set(at, 'died');
    else if (!marks.has(at)) marks.set(at, 'revived');
  });
  g.save();
  g.beginPath();
  // A mark at either end is whole.
  g.rect(left - 3 * ratio, top, width + 6 * ratio, height);
  g.clip();
  g.lineWidth = 1.2 * ratio;
  // The line drawn last may have been dashed.
  g.setLineDash([]);
  for (const [at, state] of marks) {
    const x = left + Math.min((at + 0.5) * column * ratio, width);
    const size = 2.2 * ratio;
    g.strokeStyle = css(state === 'died' ? colors.dead : colors.good);
    g.beginPath();
    if (state === 'died') {
      g.moveTo(x - size, y - size);
      g.lineTo(x + size, y + size);
      g.moveTo(x + size, y - size);
      g.lineTo(x - size, y + size);
    } else g.arc(x, y, size, 0, 7);
    g.stroke();
  }
  g.restore();
}
