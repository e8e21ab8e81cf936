import type { Autopsy, Blow } from './autopsy.ts';

/** What an autopsy found, in two plain sentences: what happened, and what did it. */
export function sentences(found: Autopsy): readonly [string, string] {
  const { layer, unit, step, samples, moments } = found;
  const name = `Unit ${unit} of ${layer}`;
  const [before, at] = [step - 1, step].map((wanted) => moments.find((moment) => moment.step === wanted));
  const dead = found.inactive === 'negative' ? 'always negative' : 'dead';
  if (!found.blow || !before || !at) {
    const largest = moments[0] ? figure(moments[0].largest) : '';
    return [
      `${name} was ${dead} from the start: with its initial weights its largest weighted sum over ${samples} samples is ${largest}${above(found)}.`,
      wayBack(found),
    ];
  }
  const event = dead === 'dead' ? 'died' : 'became always negative';
  return [
    `${name} ${event} at step ${step}: the step before, it was active on ${before.active} of ${samples} samples, then on none.`,
    `${found.edge === null ? moved(found.blow) : cause(found.blow, before.weightNorm, [before.bias, at.bias])} its largest weighted sum from ${figure(before.largest)} to ${figure(at.largest)}${above(found)}${deadInputs(found, ' already')}.`,
  ];
}

/** Where nobody knows on which side of what it is active, no part is to blame. */
const moved = ({ weightChange, biasChange }: Blow): string =>
  `That update moved its weights by ${figure(weightChange)} and its bias by ${figure(biasChange)}, and what it is given with them, which took`;

/** "That update moved its bias from 0.1 to −2.3, which took": what did most, and whether it did it alone. */
function cause(
  { parts, weightChange }: Blow,
  weightNorm: number | null,
  [from, to]: readonly (number | null | undefined)[],
): string {
  const down = [parts.weights ?? 0, parts.bias ?? 0, parts.inputs].map((part) => Math.max(-part, 0));
  const most = Math.max(...down);
  const took = most >= 0.9 * down.reduce((sum, part) => sum + part, 0) ? 'which took' : 'which did most to take';
  if (most === down[0] && weightChange !== null)
    return `That update moved its weights by ${figure(weightChange)}, against a norm of ${figure(weightNorm)}, ${took}`;
  if (most === down[1] && parts.bias !== null)
    return `That update moved its bias from ${figure(from)} to ${figure(to)}, ${took}`;
  return `That update changed what the unit is given, more than the unit itself, ${took}`;
}

/** Said of those alone whose edge is not where one expects it. */
const above = ({ edge }: Autopsy): string =>
  edge === 0 || edge === null ? '' : ` (it is active above ${figure(edge)})`;

/** Whether a unit that was never active can become so. */
function wayBack(found: Autopsy): string {
  const inputs = deadInputs(found, '');
  if (found.inactive === 'negative')
    return `${found.activation} passes some gradient there, so it may come back${inputs}.`;
  const none = `${found.activation} passes no gradient there`;
  if (!found.inputs) return `${none}, and its inputs are the data, which do not change, so it will hardly come back.`;
  return `${none}, so it comes back only if what it is given changes${inputs}.`;
}

function deadInputs({ inputs }: Autopsy, already: string): string {
  if (!inputs) return '';
  const { dead, units } = inputs;
  if (units === 1) return dead ? `; its only input was dead${already}` : '';
  return dead === 0
    ? `; none of its ${units} inputs was dead`
    : `; ${dead} of its ${units} inputs ${dead === 1 ? 'was' : 'were'} dead${already}`;
}

/** Two significant digits, with a true minus sign. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const plain = size === 0 || (size >= 0.001 && size < 10_000);
  const text = plain
    ? String(Number(size.toPrecision(Math.max(2, Math.ceil(Math.log10(size + 1))))))
    : size.toExponential(1).replace('e-', 'e−').replace('e+', 'e');
  return value < 0 ? `−${text}` : text;
}
