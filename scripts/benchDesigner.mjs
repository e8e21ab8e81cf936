/**
 * `npm run bench:designer`: how the designer feels, measured in the real workbench and set beside what is wanted.
 *
 *     npm run bench:designer -- [--only frames,typing,memory,opening,pressing,activation] [--seconds 60] [--steps 1000000] [--built] [--profile]
 *
 * --only     these parts
 * --seconds  how long frames are timed
 * --steps    how many steps memory is watched over
 * --built    takes what is in dist as it is
 * --profile  also writes where the time of each part went: .cache/designer-<part>.trace.json, for a browser's developer tools
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { main, root, step } from './console.mjs';
import { prepare, withTypeScript } from './dependencies.mjs';

await main(async () => {
  await prepare();
  const code = await withTypeScript(import.meta.filename);
  if (code !== undefined) return code;
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      seconds: { type: 'string', default: '60' },
      steps: { type: 'string', default: '1000000' },
      built: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
    },
  });
  if (!values.built) {
    const { build } = await import('./build.mjs');
    await step('Building for production', () => build(true));
  }
  /** @type {{ benchDesigner: (options: object) => Promise<void> }} */
  const { benchDesigner } = await import(path.join(root, 'test', 'designerBench', 'index.ts'));
  await benchDesigner({
    ...(values.only === undefined ? {} : { only: values.only.split(',') }),
    seconds: Number(values.seconds),
    steps: Number(values.steps),
    profile: values.profile,
  });
  return 0;
});
