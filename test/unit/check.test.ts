import assert from 'node:assert/strict';
import { checkNetwork } from '../../src/engine/check.ts';

const file = (inner: object = {}, layers: object[] = [{ id: 'out', type: 'dense', units: 2, activation: 'softmax' }]) =>
  JSON.stringify({ version: 1, data: { source: 'file', path: 'a.csv', ...inner }, layers });
const table = 'x,y,class\n0,1,a\n1,0,b\n2,,a\n3,0,b\n4,1,a\n5,0,b\n6,1,a\n7,0,b\n';

/** Gives the table, and remembers that it was asked for. */
function reader(text?: string) {
  const asked: string[] = [];
  const readFile = (path: string) => {
    asked.push(path);
    return text === undefined
      ? Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' }))
      : Promise.resolve(new TextEncoder().encode(text));
  };
  return { asked, readFile };
}

describe('Checking a network with its data', () => {
  it('gives shapes and data when all is right, and says what happened to the data', async () => {
    const { graph, dataset, problems } = await checkNetwork(file({ missing: 'drop' }), reader(table).readFile);
    assert.equal(graph?.layers[0]?.parameterCount, 6);
    assert.equal(dataset?.samples, 7);
    assert.deepEqual(
      problems.map(({ severity, rule, path }) => [severity, rule, path]),
      [['info', 'data_note', 'data']],
    );
    assert.match(problems[0]!.message, /1 of 8 rows/);
  });

  it('reads no data for a network that is broken by itself', async () => {
    const { asked, readFile } = reader(table);
    const { problems, graph, parsed } = await checkNetwork(file({}, [{ type: 'dense', units: 0 }]), readFile);
    assert.deepEqual(
      problems.map(({ path }) => path),
      ['layers.0.units'],
    );
    assert.deepEqual([asked, graph, parsed.network], [[], undefined, undefined]);
  });

  it('draws no data for a network that could not use it', async () => {
    const text = JSON.stringify({
      version: 1,
      data: { source: 'xor', samples: 10_000_000 },
      layers: [{ type: 'dense', units: 5 }],
    });
    const before = process.memoryUsage().arrayBuffers;
    const { problems, dataset } = await checkNetwork(text, reader().readFile);
    assert.deepEqual([problems.map(({ rule }) => rule), dataset], [['loss_output_mismatch'], undefined]);
    assert.ok(process.memoryUsage().arrayBuffers - before < 10e6);
  });

  it('still works out shapes when the data is missing but its shape is written', async () => {
    const layers = [
      { type: 'conv2d', filters: 3, kernelSize: 3 },
      { type: 'flatten' },
      { type: 'dense', units: 10, activation: 'softmax' },
    ];
    const { problems, graph, dataset } = await checkNetwork(file({ inputShape: [8, 8, 1] }, layers), reader().readFile);
    assert.deepEqual(
      problems.map(({ rule, path }) => [rule, path]),
      [['data_error', 'data.path']],
    );
    assert.deepEqual(
      graph?.layers.map(({ shape }) => shape),
      [[6, 6, 3], [108], [10]],
    );
    assert.equal(dataset, undefined);
  });

  it('puts problems of the network file before those of the data file', async () => {
    const broken = file({ inputShape: [1] }, [
      { id: 'out', type: 'conv2d', filters: 1, kernelSize: 1 },
      { type: 'dense', units: 2 },
    ]);
    const { problems } = await checkNetwork(broken, reader(table).readFile);
    assert.deepEqual(
      problems.map(({ file }) => file),
      [undefined, 'a.csv'],
    );
  });

  it('warns of an expectation whose figure no run has, by the name that was meant', async () => {
    const expected = async (metric: string) => {
      const text = JSON.stringify({ ...JSON.parse(file()), expect: [{ metric, op: '>=', value: 0 }] });
      const { problems, dataset } = await checkNetwork(text, reader(table.replace(',,', ',0,')).readFile);
      assert.ok(dataset, 'it can be trained');
      return problems.map(({ severity, rule, path, message }) => `${severity} ${rule} ${path}: ${message}`).join('\n');
    };
    for (const metric of ['loss', 'validation.accuracy', 'test.loss', 'evaluated.step', 'layers.out.dead'])
      assert.equal(await expected(metric), '');
    for (const [metric, says] of [
      ['validation.acc', 'Did you mean "validation.accuracy"?'],
      ['val_accuracy', 'Did you mean "validation.accuracy"?'],
      ['f1', 'There is no metric "f1". Known: "loss"'],
      ['layers.ouf.dead', 'There are no figures of a layer "ouf". Did you mean "out"?'],
      ['layers.out.deda', 'Did you mean "dead"?'],
    ] as const) {
      const said = await expected(metric);
      assert.ok(said.startsWith('warning unknown_metric expect.0.metric: ') && said.includes(says), said);
    }
  });
});
