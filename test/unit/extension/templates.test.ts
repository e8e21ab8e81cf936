import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { checkNetwork } from '../../../src/engine/check.ts';
import { sampleNames } from '../../../src/extension/samples.ts';
import { templates } from '../../../src/engine/templates.ts';

const samples = path.resolve(import.meta.dirname, '../../../samples');

/** A table as the template for a person's own asks for: two columns of numbers and a label. */
const table = `a,b,label\n${Array.from({ length: 20 }, (_, row) => `${row},${row * row},${row % 2 ? 'yes' : 'no'}\n`).join('')}`;

const readFile = async (name: string): Promise<Uint8Array> =>
  name === 'data.csv' ? new TextEncoder().encode(table) : fs.readFile(path.join(samples, name));

describe('The templates of New Network…', () => {
  for (const { id, text } of templates) {
    it(`"${id}" can be trained as it stands`, async () => {
      const { problems, graph, dataset } = await checkNetwork(text, readFile);
      assert.deepEqual(problems, []);
      assert.ok(graph && dataset);
    });
  }

  it('have ids of their own', () => {
    assert.equal(new Set(templates.map(({ id }) => id)).size, templates.length);
  });
});

describe('The list of experiments', () => {
  it('names every network of the samples, and nothing else', async () => {
    const files = (await fs.readdir(samples)).filter((name) => name.endsWith('.nn.json'));
    assert.deepEqual([...sampleNames].map((name) => `${name}.nn.json`).sort(), files.sort());
  });
});
