import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { checkNetwork } from '../../src/engine/check.ts';
import type { EndEvent } from '../../src/engine/training/events.ts';
import { Trainer } from '../../src/engine/training/trainer.ts';
import { builds, wasm } from './wasmSupport.ts';

const folder = path.resolve(import.meta.dirname, '../../samples');
const files = (await fs.readdir(folder)).filter((name) => name.endsWith('.nn.json'));

describe('What a sample expects holds', () => {
  for (const file of files) {
    for (const kernels of builds) {
      it(`in ${file}, trained to its end with the ${kernels} kernels`, async () => {
        const text = await fs.readFile(path.join(folder, file), 'utf8');
        const { graph, dataset, problems } = await checkNetwork(text, (name) => fs.readFile(path.join(folder, name)));
        assert.ok(graph && dataset, problems.map(({ message }) => message).join('\n'));
        let end: EndEvent | undefined;
        const trainer = await Trainer.create(graph, dataset, await wasm(kernels), {
          run: 'sample',
          reason: 'test',
          onEvent: (event) => {
            if (event.event === 'end') end = event;
          },
          yield: () => Promise.resolve(),
        });
        await trainer.begin();
        await trainer.run();
        assert.equal(end?.reason, 'completed');
        assert.ok(end.expect.length > 0);
        for (const { metric, op, value, actual, passed } of end.expect) {
          assert.ok(passed, `${metric} is ${actual}, not ${op} ${value}`);
        }
      });
    }
  }
});
