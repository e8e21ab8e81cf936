/**
 * Writes the walkthrough that goes through the experiments as a course, a step each with its story, from `samples/*.md`: into `package.json`
 * and `package.nls.json`.
 *
 *     node --import tsx scripts/course.ts
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { sampleNames } from '../src/extension/samples.ts';
import { own, rewrite, root } from './manifest.ts';

const words = 'walkthrough.course.';

interface Walkthrough {
  readonly id: string;
}

/** As `package.json` declares it. */
export const course = (): Walkthrough & Record<string, unknown> => ({
  id: 'course',
  title: `%${words}title%`,
  description: `%${words}description%`,
  steps: sampleNames.map((name) => ({
    id: name,
    title: `%${words}${name}.title%`,
    description: `%${words}${name}.description%`,
    media: { markdown: `samples/${name}.md` },
  })),
});

/** Its words, as `package.nls.json` has them: heading and first sentence of each story. */
export async function courseWords(): Promise<Record<string, string>> {
  const steps = await Promise.all(
    sampleNames.map(async (name) => {
      const story = await fs.readFile(path.join(root, 'samples', `${name}.md`), 'utf8');
      const [heading = '', first = ''] = story.split(/\n\s*\n/);
      // A step has no page beside it that a link could lead to.
      const plain = first.replace(/\s+/g, ' ').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
      const sentence = /^.*?[.?!](?=\s|$)/s.exec(plain)?.[0] ?? plain;
      return [
        [`${words}${name}.title`, heading.replace(/^#\s*/, '')],
        [
          `${words}${name}.description`,
          `${sentence}\n[Open Experiment](command:rectifier.openExperiment?%22${name}%22)`,
        ],
      ];
    }),
  );
  return {
    [`${words}title`]: 'The rectifier in experiments',
    [`${words}description`]:
      'What to press, what you will see, and why: a course in small networks, each ready to train.',
    ...(Object.fromEntries(steps.flat()) as Record<string, string>),
  };
}

if (process.argv[1] === import.meta.filename) {
  await rewrite<{ contributes: { walkthroughs: Walkthrough[] } }>('package.json', ({ contributes }) => {
    contributes.walkthroughs = [...contributes.walkthroughs.filter(({ id }) => id !== 'course'), course()];
  });
  const made = await courseWords();
  await rewrite<Record<string, string>>('package.nls.json', (all) => own(all, words, made));
}
