import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { course, courseWords } from '../../scripts/course.ts';
import { absoluteTable, grainTable, normalTable } from '../../scripts/experimentData.ts';
import { checkNetwork } from '../../src/engine/check.ts';
import { sampleNames } from '../../src/extension/samples.ts';

const folder = path.resolve(import.meta.dirname, '../../samples');
const readText = (name: string) => fs.readFile(path.join(folder, name), 'utf8');
const files = await fs.readdir(folder);
const names = files.filter((name) => name.endsWith('.nn.json')).map((name) => name.replace('.nn.json', ''));

/** What the rules say of experiments that show a fault. */
const deserved: Readonly<Record<string, string[]>> = {
  'bias-one': ['warning bias_too_large'],
  'born-dead': ['warning born_dead'],
  'deep-circles': ['warning deep_saturating'],
  // One initialiser throughout, as their figures were published; their outputs are sigmoids.
  'large-updates': ['warning activation_init_mismatch'],
  'leaky-saves': ['warning activation_init_mismatch'],
  'sparse-not-dead': ['warning activation_init_mismatch'],
  'scale-your-input': ['warning unscaled_input', 'warning activation_init_mismatch'],
  'vanishing-gradients': ['warning deep_saturating'],
  'xavier-or-he': ['warning activation_init_mismatch'],
};

describe('The samples', () => {
  for (const name of names) {
    it(`${name} has nothing wrong with it but what it is about, and says what it must show`, async () => {
      const text = await readText(`${name}.nn.json`);
      const { problems, graph, dataset } = await checkNetwork(text, (file) => fs.readFile(path.join(folder, file)));
      const found = [...new Set(problems.map(({ severity, rule }) => `${severity} ${rule}`))];
      assert.deepEqual(found, deserved[name] ?? []);
      assert.ok(graph && dataset);
      assert.ok(graph.network.expect.length > 0);
      assert.deepEqual(dataset.messages, []);
    });

    it(`${name} has its story: what to press, what is seen, why, and where it comes from`, async () => {
      const story = await readText(`${name}.md`);
      for (const part of [/^# \S/, /\*\*Press\*\*/, /\*\*You see\*\*/, /\*\*Why\*\*/, /\*\*Source\*\*/])
        assert.match(story, part);
    });
  }

  it('name source and licence of every data file', async () => {
    const readme = await readText('data/README.md');
    for (const file of await fs.readdir(path.join(folder, 'data'))) {
      if (file === 'README.md') continue;
      const line = readme.split('\n').find((line) => line.includes(`\`${file}\``));
      assert.match(line ?? '', /CC BY 4\.0/, file);
    }
  });

  it('are all in Open Experiment…, and in the README', async () => {
    assert.deepEqual([...sampleNames].sort(), [...names].sort());
    const readme = await fs.readFile(path.join(folder, '../README.md'), 'utf8');
    for (const name of names) assert.ok(readme.includes(`(samples/${name}.md)`), name);
  });

  it('are a course, step by step with their stories, in a walkthrough', async () => {
    const read = async (name: string) => JSON.parse(await fs.readFile(path.join(folder, '..', name), 'utf8'));
    const { walkthroughs } = (await read('package.json')).contributes;
    assert.deepEqual(walkthroughs[1], course());
    const words = await read('package.nls.json');
    for (const [key, text] of Object.entries(await courseWords())) assert.equal(words[key], text);
  });

  it('have the tables that their script makes', async () => {
    assert.equal(await readText('data/absolute.csv'), absoluteTable());
    for (const [name, table] of Object.entries({ normal: normalTable, grain: grainTable })) {
      const packed = await fs.readFile(path.join(folder, `data/${name}.csv.gz`));
      assert.equal(gunzipSync(packed).toString(), table(), name);
    }
  });

  it('carry the tables as they were published', async () => {
    const load = async (name: string) => {
      const { dataset } = await checkNetwork(await readText(`${name}.nn.json`), (file) =>
        fs.readFile(path.join(folder, file)),
      );
      const { samples, columns, classes } = dataset!;
      const counts = classes!.map((_, label) => dataset!.targets.filter((target) => target === label).length);
      return {
        samples,
        inputs: columns.length,
        counts: Object.fromEntries(classes!.map((label, i) => [label, counts[i]])),
      };
    };
    assert.deepEqual(await load('iris'), {
      samples: 150,
      inputs: 4,
      counts: { setosa: 50, versicolor: 50, virginica: 50 },
    });
    assert.deepEqual(await load('breast-cancer'), {
      samples: 569,
      inputs: 30,
      counts: { benign: 357, malignant: 212 },
    });
    const digits = await load('digits-mlp');
    assert.deepEqual([digits.samples, digits.inputs], [1797, 64]);
    assert.deepEqual(Object.values(digits.counts), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  });
});
