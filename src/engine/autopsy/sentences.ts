import * as l10n from '@vscode/l10n';
import type { Autopsy, Blow, Moment } from './autopsy.ts';

/** What an autopsy found, in two plain sentences: what happened, and what did it. */
export function sentences(found: Autopsy): readonly [string, string] {
  const { layer, unit, step, samples, moments } = found;
  const name = l10n.t('Unit {0} of {1}', unit, layer);
  const [before, at] = [step - 1, step].map((wanted) => moments.find((moment) => moment.step === wanted));
  const negative = found.inactive === 'negative';
  if (!found.blow || !before || !at) {
    const largest = `${moments[0] ? figure(moments[0].largest) : ''}${above(found)}`;
    return [
      negative
        ? l10n.t(
            '{0} was always negative from the start: with its initial weights its largest weighted sum over {1} samples is {2}.',
            name,
            samples,
            largest,
          )
        : l10n.t(
            '{0} was dead from the start: with its initial weights its largest weighted sum over {1} samples is {2}.',
            name,
            samples,
            largest,
          ),
      wayBack(found),
    ];
  }
  const [from, to] = apart(before.largest, at.largest);
  const fell = [from, `${to}${above(found)}`] as const;
  const did = found.edge === null ? moved(found.blow, fell) : cause(found.blow, before, at, fell);
  return [
    negative
      ? l10n.t(
          '{0} became always negative at step {1}: the step before, it was active on {2} of {3} samples, then on none.',
          name,
          step,
          before.active,
          samples,
        )
      : l10n.t(
          '{0} died at step {1}: the step before, it was active on {2} of {3} samples, then on none.',
          name,
          step,
          before.active,
          samples,
        ),
    `${[did, deadInputs(found, true)].filter(Boolean).join('; ')}.`,
  ];
}

/** The unit's largest weighted sum before and after. */
type Fell = readonly [from: string, to: string];

/** Where nobody knows on which side of what it is active, no part is to blame. */
const moved = ({ weightChange, biasChange }: Blow, fell: Fell): string =>
  l10n.t(
    'That update moved its weights by {0} and its bias by {1}, and what it is given with them, which took its largest weighted sum from {2} to {3}',
    figure(weightChange),
    figure(biasChange),
    ...fell,
  );

/** "That update moved its bias from 0.1 to −2.3, which took …": what did most, and whether it did it alone. */
function cause({ parts, weightChange }: Blow, before: Moment, at: Moment, fell: Fell): string {
  const down = [parts.weights ?? 0, parts.bias ?? 0, parts.inputs].map((part) => Math.max(-part, 0));
  const most = Math.max(...down);
  const took =
    most >= 0.9 * down.reduce((sum, part) => sum + part, 0)
      ? l10n.t('which took its largest weighted sum from {0} to {1}', ...fell)
      : l10n.t('which did most to take its largest weighted sum from {0} to {1}', ...fell);
  if (most === down[0] && weightChange !== null)
    return l10n.t(
      'That update moved its weights by {0}, against a norm of {1}, {2}',
      figure(weightChange),
      figure(before.weightNorm),
      took,
    );
  if (most === down[1] && parts.bias !== null)
    return l10n.t('That update moved its bias from {0} to {1}, {2}', ...apart(before.bias, at.bias), took);
  return l10n.t('That update changed what the unit is given, more than the unit itself, {0}', took);
}

/** Said of those alone whose edge is not where one expects it. */
const above = ({ edge }: Autopsy): string =>
  edge === 0 || edge === null ? '' : ` ${l10n.t('(it is active above {0})', figure(edge))}`;

/** Whether a unit that was never active can become so. */
function wayBack(found: Autopsy): string {
  const { activation } = found;
  let may: string;
  if (found.inactive === 'negative') may = l10n.t('{0} passes some gradient there, so it may come back', activation);
  else if (found.inputs)
    may = l10n.t('{0} passes no gradient there, so it comes back only if what it is given changes', activation);
  else
    may = l10n.t(
      '{0} passes no gradient there, and its inputs are the data, which do not change, so it will hardly come back',
      activation,
    );
  return `${[may, deadInputs(found, false)].filter(Boolean).join('; ')}.`;
}

/** Of its inputs, if they are units: how many were dead, `already` before the unit died. */
function deadInputs({ inputs }: Autopsy, already: boolean): string {
  if (!inputs) return '';
  const { dead, units } = inputs;
  if (units === 1 && !dead) return '';
  if (units === 1) return already ? l10n.t('its only input was dead already') : l10n.t('its only input was dead');
  if (dead === 0) return l10n.t('none of its {0} inputs was dead', units);
  if (dead === 1)
    return already
      ? l10n.t('1 of its {0} inputs was dead already', units)
      : l10n.t('1 of its {0} inputs was dead', units);
  return already
    ? l10n.t('{0} of its {1} inputs were dead already', dead, units)
    : l10n.t('{0} of its {1} inputs were dead', dead, units);
}

/** Two figures with as many digits as it takes to tell them apart. */
function apart(from: number | null, to: number | null, digits = 2): [string, string] {
  const [a, b] = [figure(from, digits), figure(to, digits)];
  return a !== b || digits === 6 ? [a, b] : apart(from, to, digits + 1);
}

/** Two significant digits, or more, with a true minus sign. */
export function figure(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const plain = size === 0 || (size >= 0.001 && size < 10_000);
  const text = plain
    ? String(Number(size.toPrecision(Math.max(digits, Math.ceil(Math.log10(size + 1))))))
    : size
        .toExponential(digits - 1)
        .replace('e-', 'e−')
        .replace('e+', 'e');
  return value < 0 ? `−${text}` : text;
}
