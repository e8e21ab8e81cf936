import { activationInitMismatch } from './activationInitMismatch.ts';
import { biasTooLarge } from './biasTooLarge.ts';
import { bornDead } from './bornDead.ts';
import { deepSaturating } from './deepSaturating.ts';
import { dyingRelu } from './dyingRelu.ts';
import { explodingGradient } from './explodingGradient.ts';
import { explodingWeights } from './explodingWeights.ts';
import { learningRateTooHigh } from './learningRateTooHigh.ts';
import { learningRateTooLow } from './learningRateTooLow.ts';
import { lossOutputMismatch } from './lossOutputMismatch.ts';
import { notLearning } from './notLearning.ts';
import { overfitting } from './overfitting.ts';
import { poorInitialization } from './poorInitialization.ts';
import type { Finding, Limits, Rule, RuleOptions, Situation } from './rule.ts';
import { saturatedUnits } from './saturatedUnits.ts';
import { unscaledInput } from './unscaledInput.ts';
import { vanishingGradient } from './vanishingGradient.ts';
import type { Problem } from '../spec/problems.ts';

export type { Finding, Rule, RuleOptions, Situation } from './rule.ts';

/** Every rule, in the order they speak: causes before what comes of them. `not_learning` is last: it asks what the others found. */
export const rules: readonly Rule[] = [
  unscaledInput,
  activationInitMismatch,
  biasTooLarge,
  deepSaturating,
  lossOutputMismatch,
  bornDead,
  poorInitialization,
  dyingRelu,
  saturatedUnits,
  vanishingGradient,
  explodingGradient,
  learningRateTooHigh,
  learningRateTooLow,
  explodingWeights,
  overfitting,
  notLearning,
];

/** A rule's thresholds with a person's own in place of its defaults; what is no number is passed over. */
export function limitsOf({ id, thresholds }: Rule, options: RuleOptions = {}): Limits {
  const own = options[id] ?? {};
  return Object.fromEntries(
    Object.entries(thresholds).map(([name, { value, minimum = -Infinity, maximum = Infinity }]) => {
      const wanted = own[name];
      const usable = typeof wanted === 'number' && wanted >= minimum && wanted <= maximum;
      return [name, usable ? wanted : value];
    }),
  );
}

/** What rules say of a network before it is trained, as problems of its file. */
export function ruleProblems(situation: Situation, options?: RuleOptions): Problem[] {
  return rules.flatMap((rule) =>
    (rule.check?.(situation, limitsOf(rule, options)) ?? []).map((finding) => asProblem(rule, finding)),
  );
}

const asProblem = ({ id }: Rule, { severity = 'warning', message, path = 'layers', fixes }: Finding): Problem => ({
  severity,
  rule: id,
  message,
  path,
  fixes,
});
