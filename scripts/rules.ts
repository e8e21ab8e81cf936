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

On the 42 small networks they were made with (\`test/backends/specimens.ts\`) no rule is missed and none speaks falsely, and the first fix ends the fault in at least
eight of ten; that is a test. It says little about others, so 38 more were put together, and what a textbook would say of each was written down before any was run
(\`scripts/ruleTrial/networks.ts\`).

- Of 24 with a fault, 20 were named as the textbook would. Four were not: with far too large a learning rate a convolutional network died before the first record, so
  that \`dying_relu\` spoke in place of the learning rate, and offers to lower it; data in the order of its classes, never shuffled, is no rule's business;
  a line through a spiral does better than the constant predictor by more than 1 %; sigmoid units with weights of σ 5 are flat for most samples, but not for
  99 % of them.
- Of 14 without a fault, nine were left alone. Two healthy ones were told of units that are dead, and they were; one was told of a first update of 0.36 of its weights,
  one of a loss that swung in a fifth of its epochs, one of a validation loss that rose by a tenth: true, and in the end of no consequence.
- In four of the faulty ones a rule spoke of something that had not been foreseen beside the fault, twice of dead units that were there. One was wrong, a
  learning rate called too low because nothing was left to learn, and the rule was mended.
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
