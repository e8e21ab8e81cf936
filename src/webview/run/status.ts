import { compact, count, plural } from '../format.ts';
import { canDie, deadWord, type Run } from './runState.ts';

/** What the panel says of a run in one line, its numbers without gaps, as they are read out best; e.g. "Epoch 12 of 500, loss 0.41, 3 of 50 units dead, wasm". */
export function statusText(run: Run | undefined): string {
  if (!run) return 'Not trained yet';
  if (run.failure) return `Training failed: ${run.failure.message}`;
  if (run.state === 'preparing') return 'Preparing to train';
  const text = [position(run), ...figures(run)].join(', ');
  if (run.state === 'paused') return `Paused. ${text}`;
  if (run.state === 'ended') return `${endText(run)}. ${text}`;
  return text;
}

function position(run: Run): string {
  const { progress, latest } = run;
  const epoch = Math.max(progress?.epoch ?? 0, latest?.epoch ?? 0);
  return `Epoch ${epoch} of ${progress?.epochs ?? run.drawing.network.training.epochs}`;
}

function figures(run: Run): string[] {
  const loss = run.latest?.loss ?? run.progress?.loss;
  const { dead } = run;
  return [
    ...(loss === null || loss === undefined ? [] : [`loss ${compact(loss)}`]),
    ...(dead ? [`${dead.dead} of ${dead.of} ${dead.of === 1 ? 'unit' : 'units'} dead`] : []),
    ...(run.started ? [run.started.backend] : []),
  ];
}

/** How a run ended. */
export function endText({ ended }: Run): string {
  switch (ended?.reason) {
    case 'completed':
      return 'Completed';
    case 'diverged':
      return `Diverged at step ${ended.step}${ended.tensor ? `: ${ended.tensor} was no longer finite` : ''}`;
    case 'device_lost':
      return 'The device was lost';
    case 'error':
      return `Failed${ended.message ? `: ${ended.message}` : ''}`;
    case 'stopped':
    case undefined:
      return 'Stopped';
  }
}

/** Where most units are dead, though no rule speaks up: "25 of 64 units of dense1 are dead". */
export function deadText(run: Run): string | undefined {
  const layers = (run.latest?.layers ?? []).filter(({ id, dead }) => dead > 0 && canDie(run.drawing, id));
  const [first] = layers.sort((a, b) => b.dead / b.units - a.dead / a.units);
  if (!first) return undefined;
  const state = deadWord(run.drawing, first.id);
  const units = first.units === 1 ? 'The only unit' : `${count(first.dead)} of ${count(first.units)} units`;
  const more = layers.length > 1 ? `, the largest share of ${plural(layers.length, 'layer')} with such units` : '';
  return `${units} of ${first.id} ${first.dead === 1 ? 'is' : 'are'} ${state}${more}.`;
}

/** A screen reader is told of progress at most this often. */
export const announceEvery = 5000;

/** Lets a changing text through at once when the state changed, else at most every `interval` milliseconds. */
export class Announcer {
  private last = -Infinity;
  private state = '';
  text = '';

  constructor(private readonly interval = announceEvery) {}

  /** Gives the text to announce now, and the milliseconds after which to ask again if it is behind. */
  offer(text: string, state: string, now: number): { text: string; again?: number } {
    if (state !== this.state || now - this.last >= this.interval) {
      this.state = state;
      this.last = now;
      this.text = text;
    }
    return text === this.text ? { text: this.text } : { text: this.text, again: this.interval - (now - this.last) };
  }
}
