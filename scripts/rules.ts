/**
 * Writes what people read of the rules from their rows: `docs/rules.md`, and the thresholds among the settings in `package.json`, whose
 * descriptions are in `package.nls.json`.
 *
 *     node --import tsx scripts/rules.ts
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import prettier from 'prettier';
import { own, rewrite, root } from './manifest.ts';
import { limitsOf, rules, type Rule } from '../src/engine/rules/index.ts';

const prefix = 'rectifier.rules.';
const words = 'setting.rules.';

const times = (rule: Rule): string =>
  [...(rule.check ? ['before training'] : []), ...(rule.watch ? ['while training'] : [])].join(' and ');

const thresholds = ({ id, thresholds }: Rule): string =>
  Object.entries(thresholds)
    .map(([name, { value, doc }]) => `- \`${prefix}${id}.${name}\` (${value}): ${doc}`)
    .join('\n');

const section = (rule: Rule): string => `## ${rule.id}

**Fires** ${times(rule)}, when ${lowered(rule.when(limitsOf(rule)))}

**Why it matters** ${rule.reason}

**Fix** ${rule.remedy}

${thresholds(rule)}
`;

const lowered = (text: string): string => `${text[0]!.toLowerCase()}${text.slice(1)}`;

/** Counted by `scripts/ruleTrial/run.ts`; to be counted again when a rule changes. */
const trial = `## How well they do

On the 51 small networks they were made with (\`test/backends/specimens.ts\`) no rule is missed and none speaks falsely, and the first fix ends the fault in at least
eight of ten; that is a test. It says little about others, so two more sets were put together, and what a textbook would say of each network was written down before any was
run (\`scripts/ruleTrial\`).

Of the first set, 38 networks, 20 of 24 faults were named when it was first run. What it showed was used to mend rules; now it is 21:

- A convolutional network that a far too large learning rate killed before its first record is named now. Three are not: data in the order of its classes, never
  shuffled, was learned without a fault all the same; a line through a spiral does better than the constant predictor by more than 1 %; sigmoid units with weights of σ 5
  are flat for most samples, but not for 99 % of them.
- Eight networks were told of something that had not been foreseen, four of them healthy ones. Each time it was so by the rule's own measure: units that are dead (in
  four), a first update of 0.36 of the weights, an l2 penalty that takes a tenth of the weights a step, layers whose σ differs × 34, a validation loss that rose
  by a tenth. Two alarms were wrong, and their rules were mended: a learning rate called too low where the last batch of each epoch had nothing left to learn, and one
  called too high for swings of a loss that was near 0 by then.

The second set, 33 other networks with two seeds each, was written after that. First run: 38 of 40 faults named, and something unforeseen in 9 of 66 runs, 3 of the 26
of healthy networks.

- Missed, with both seeds: three sigmoid outputs for three classes with squared error. That was mended, so that all 40 are named now.
- One alarm was wrong, a learning rate of 1e-9 called too high: batches of unequal size made the mean loss swing though no weight moved. That was mended.
- The other eight are so by the rules' own measures: gradients that vanish where large steps had saturated or killed units (two), a gradient norm of 86, a loss that swung in two of
  the first ten epochs (two), a validation loss that rose and fell again, and circles with dropout that had learned nothing after ten epochs, but had after forty (two, one
  with dead units besides).
`;

/** The page about the rules. */
export const rulesPage = (): Promise<string> =>
  prettier.format(
    `# Rules

What Rectifier warns of, when, why, and what it offers. Made by \`scripts/rules.ts\` from \`src/engine/rules/\`.

A rule that fires before training is a problem of the file, in \`rectifier check\`, the Problems panel and the designer. One that fires
while training is a \`warning\` in the stream, in the designer and in the Problems panel. It speaks of a layer once, and again only when it has become graver (a warning
becomes an error); what has been said is not taken back. Each fix is an edit of the file and is never made by itself; the first is the likeliest to
help. Equal runs give equal warnings, resumed runs too. Each threshold is a setting of VS Code; the command line uses the defaults.

${rules.map(section).join('\n')}
${trial}`,
    { parser: 'markdown' },
  );

/** The settings of all thresholds, as `package.json` declares them. */
export const ruleSettings = (): Record<string, object> =>
  Object.fromEntries(
    rules.flatMap(({ id, thresholds }, k) =>
      Object.entries(thresholds).map(([name, { value, minimum, maximum }]) => [
        `${prefix}${id}.${name}`,
        {
          type: 'number',
          default: value,
          ...(minimum === undefined ? {} : { minimum }),
          ...(maximum === undefined ? {} : { maximum }),
          order: 10 + k,
          markdownDescription: `%${words}${id}.${name}%`,
        },
      ]),
    ),
  );

/** What those settings are described with, as `package.nls.json` has it. */
export const ruleWords = (): Record<string, string> =>
  Object.fromEntries(
    rules.flatMap(({ id, thresholds }) =>
      Object.entries(thresholds).map(([name, { doc }]) => [`${words}${id}.${name}`, `Rule \`${id}\`: ${lowered(doc)}`]),
    ),
  );

interface Manifest {
  contributes: { configuration: { properties: Record<string, object> } };
}

async function write(): Promise<void> {
  await fs.mkdir(path.join(root, 'docs'), { recursive: true });
  await fs.writeFile(path.join(root, 'docs', 'rules.md'), await rulesPage());
  await rewrite<Manifest>('package.json', ({ contributes: { configuration } }) => {
    configuration.properties = own(configuration.properties, prefix, ruleSettings());
  });
  await rewrite<Record<string, string>>('package.nls.json', (all) => own(all, words, ruleWords()));
}

if (process.argv[1] === import.meta.filename) await write();
