import assert from 'node:assert/strict';
import { type ReferenceSession, referenceBackend } from '../../../src/engine/backends/reference/index.ts';
import type { Dataset } from '../../../src/engine/data/dataset.ts';
import type { Graph } from '../../../src/engine/graph.ts';
import { factsOf } from '../../../src/engine/rules/facts.ts';
import type { EndEvent, MetricsEvent, StreamEvent, UnitEvent } from '../../../src/engine/training/events.ts';
import type { TrainerOptions } from '../../../src/engine/training/options.ts';
import { Trainer } from '../../../src/engine/training/trainer.ts';
import { graphOf, smallData } from './networks.ts';

async function train(graph: Graph, data: Dataset, options: Partial<TrainerOptions> = {}) {
  const events: StreamEvent[] = [];
  const trainer = await Trainer.create(graph, data, referenceBackend, {
    run: 'test',
    reason: 'test',
    onEvent: (event) => events.push(event),
    yield: () => Promise.resolve(),
    ...options,
  });
  await trainer.begin();
  await trainer.run();
  const of = <E extends StreamEvent>(kind: E['event']) => events.filter((event): event is E => event.event === kind);
  return {
    trainer,
    events,
    records: of<MetricsEvent>('metrics'),
    units: of<UnitEvent>('unit'),
    end: of<EndEvent>('end')[0]!,
  };
}

/** The data with its last quarter as validation part. */
function split(data: Dataset): Dataset {
  const cut = Math.floor(data.samples * 0.75);
  const { train } = data.parts;
  return { ...data, parts: { train: train.slice(0, cut), validation: train.slice(cut), test: train.slice(0, 0) } };
}

const classifier = (training: object, extra: object = {}) => ({
  layers: [
    { id: 'hidden', type: 'dense', units: 6 },
    { id: 'output', type: 'dense', units: 3, activation: 'softmax', weights: 'glorot_uniform' },
  ],
  training: { batchSize: 8, epochs: 30, ...training },
  ...extra,
});

describe('the trainer', () => {
  const data = split(smallData([4], 'classification', 3, 40));

  it('that trains first waits for nothing it knows: no weights are read back, and the data are gone through once', async () => {
    const graph = graphOf(classifier({ epochs: 1 }), data);
    const reads: string[] = [];
    const noting: typeof referenceBackend = {
      ...referenceBackend,
      async prepare(plan, seed) {
        const session = await referenceBackend.prepare(plan, seed);
        const [read, run] = [session.parameters.bind(session), session.run.bind(session)];
        session.parameters = () => (reads.push('read'), read());
        session.run = (...given) => (reads.push('update'), run(...given));
        return session;
      },
    };
    const trainer = await Trainer.create(graph, data, noting, {
      run: 'test',
      reason: 'test',
      onEvent: () => undefined,
      yield: () => Promise.resolve(),
    });
    await trainer.begin(true);
    await trainer.run();
    assert.equal(reads[0], 'update');
    assert.equal(factsOf(data), factsOf(data));
  });

  it('writes a record at step 0, after each epoch and at the end', async () => {
    const { events, records, end } = await train(graphOf(classifier({}), data), data);
    assert.equal(events[0]!.event, 'start');
    assert.deepEqual(
      records.map((record) => record.step),
      Array.from({ length: 31 }, (_, epoch) => epoch * 4),
    );
    assert.equal(records[0]!.loss, null);
    assert.equal(end.reason, 'completed');
    assert.deepEqual({ event: 'metrics', ...end.final }, records.at(-1));
    assert.equal(records.at(-1)!.epoch, 30);
    assert.ok(records.at(-1)!.loss! < records[1]!.loss!);
  });

  it('calls a unit of min(x, 0) dead when it is never below 0, and never saturated', async () => {
    const activation = { name: 'custom', formula: 'min(x, 0)' };
    const first = async (bias: number) => {
      const { records } = await train(
        graphOf(classifier({ epochs: 1 }, { defaults: { activation, bias } }), data),
        data,
      );
      return records[0]!.layers[0]!;
    };
    const [dead, alive, mixed] = [await first(100), await first(-100), await first(0)];
    assert.deepEqual([dead.dead, dead.sparsity, dead.saturated, dead.meanActivation], [6, 1, 0, 0]);
    assert.deepEqual([alive.dead, alive.sparsity, alive.saturated], [0, 0, 0]);
    assert.ok(alive.meanActivation! < -90);
    assert.ok(mixed.sparsity > 0.2 && mixed.sparsity < 0.8 && mixed.meanActivation! < 0, JSON.stringify(mixed));
  });

  it('keeps evaluations within a tenth of the multiply-adds, and repeats the last one in between', async () => {
    const { records } = await train(graphOf(classifier({ epochs: 120 }), data), data);
    let evaluations = 0;
    for (const [index, record] of records.entries()) {
      if (record.evaluated.step === record.step) evaluations++;
      else assert.deepEqual(record.validation, records[index - 1]!.validation);
      const training = record.step * 8 * 3 * (30 / 32);
      const spent = evaluations * 40;
      if (record.step > 0 && record.step < 480 && record.evaluated.step === record.step) {
        assert.ok(spent <= 0.1 * (training + spent) + 1e-6, `step ${record.step}: ${spent} of ${training}`);
      }
    }
    assert.ok(evaluations > 10, `${evaluations} evaluations`);
    assert.equal(records.at(-1)!.evaluated.step, 480);
  });

  it('evaluates every step when asked to, and the same weights come out', async () => {
    const graph = graphOf(classifier({}), data);
    const seldom = await train(graph, data);
    const often = await train(graph, data, { metricsEvery: 1 });
    assert.equal(often.records.length, 121);
    assert.ok(often.records.every((record) => record.evaluated.step === record.step));
    assert.deepEqual(await often.trainer.parameters(), await seldom.trainer.parameters());
  });

  it('records step 0 before a checkpoint, and where it is stopped before the first update', async () => {
    const graph = graphOf(classifier({ epochs: 2 }), data);
    const steps: number[] = [];
    const options: TrainerOptions = {
      run: 'test',
      reason: 'test',
      onEvent: (event) => void (event.event === 'metrics' && steps.push(event.step)),
      yield: () => Promise.resolve(),
    };
    const trainer = await Trainer.create(graph, data, referenceBackend, options);
    await trainer.begin(true);
    assert.deepEqual(steps, []);
    const resume = await trainer.checkpoint();
    assert.deepEqual(steps, [0]);
    const next = await Trainer.create(graph, data, referenceBackend, { ...options, resume });
    await next.begin(true);
    await next.run();
    assert.deepEqual(steps, [0, 4, 8]);

    const stopped = await Trainer.create(graph, data, referenceBackend, options);
    await stopped.begin(true);
    await stopped.stop();
    assert.deepEqual(steps, [0, 4, 8, 0]);

    const early = await Trainer.create(graph, data, referenceBackend, options);
    await early.stop();
    await early.begin();
    assert.deepEqual([steps.at(-1), steps.length, early.ended], [0, 5, 'stopped']);
  });

  it('gives equal lines for equal seeds, and others for another seed', async () => {
    const run = async (seed: number) => {
      const { events } = await train(graphOf({ ...classifier({ epochs: 5 }), seed }, data), data);
      return JSON.stringify(events, (key, value: unknown) => (/^(seconds|stepsPerSecond)$/.test(key) ? 0 : value));
    };
    assert.equal(await run(1), await run(1));
    assert.notEqual(await run(1), await run(2));
  });

  it('goes on after a pause as if there had been none', async () => {
    const graph = graphOf(classifier({}), data);
    const whole = await train(graph, data);
    const trainer = await Trainer.create(graph, data, referenceBackend, {
      run: 'test',
      reason: 'test',
      onEvent: () => undefined,
      yield: () => Promise.resolve(),
    });
    await trainer.begin();
    await trainer.run(1);
    assert.equal(trainer.step, 1);
    await trainer.recordNow();
    await trainer.run(10);
    assert.equal(trainer.step, 11);
    await trainer.run();
    assert.deepEqual(await trainer.parameters(), await whole.trainer.parameters());
  });

  it('takes the mean loss over the batches since the last record, and norms of the last update', async () => {
    const graph = graphOf(classifier({ epochs: 2, shuffle: false }), data);
    const single = await train(graph, data, { metricsEvery: 1 });
    const epochs = await train(graph, data);
    for (const record of epochs.records.slice(1)) {
      const steps = single.records.filter(({ step }) => step > record.step - 4 && step <= record.step);
      const mean = steps.reduce((sum, { loss }) => sum + loss!, 0) / 4;
      assert.ok(Math.abs(record.loss! - mean) < 1e-12);
      assert.equal(record.layers[0]!.gradientNorm, steps.at(-1)!.layers[0]!.gradientNorm);
      assert.equal(record.layers[0]!.updateRatio, steps.at(-1)!.layers[0]!.updateRatio);
    }
  });

  it('reports the update ratio and gradient norm that the weights before and after show', async () => {
    const graph = graphOf(classifier({ optimizer: { name: 'sgd', learningRate: 0.5 } }), data);
    const before = await train(graph, data, { steps: 4 });
    const after = await train(graph, data, { steps: 5, metricsEvery: 1 });
    const { offset, size } = after.trainer.plan.parameters[0]!;
    const cut = (values: Float32Array) => values.subarray(offset, offset + size);
    const [old, now] = [cut(await before.trainer.parameters()), cut(await after.trainer.parameters())];
    const norm = (values: Iterable<number>) => Math.sqrt([...values].reduce((sum, value) => sum + value * value, 0));
    const moved = norm(old.map((w, i) => now[i]! - w));
    const layer = after.records.at(-1)!.layers[0]!;
    assert.ok(Math.abs(layer.updateRatio! - moved / norm(old)) < 1e-5);
    assert.ok(Math.abs(layer.gradientNorm! - moved / 0.5) < 1e-5);
  });

  it('ends as diverged with the last good weights, without a NaN or infinity in any line', async () => {
    const numbers = smallData([4], 'regression', 1, 40);
    const file = {
      ...classifier({ optimizer: { name: 'sgd', learningRate: 1e6 } }),
      layers: [{ type: 'dense', units: 1, activation: 'linear' }],
    };
    const linear = graphOf(file, numbers);
    const { end, records, trainer } = await train(linear, numbers);
    assert.equal(end.reason, 'diverged');
    assert.equal(end.tensor, 'dense.weights');
    assert.ok(end.step > 0 && end.step < 20);
    assert.equal(records.at(-1)!.loss, null);
    const exactly = await train(linear, numbers, { steps: end.step, metricsEvery: 1 });
    const { batchInactive, ...update } = end.final!.layers[0]!;
    assert.deepEqual(
      { ...update, batchInactive: 0 },
      exactly.end.final!.layers[0],
      'the norms are those of the last update made',
    );
    assert.equal(batchInactive, null, 'nobody looked at its batch');
    assert.ok((await trainer.parameters()).every(Number.isFinite));
    const weights = { name: 'constant', value: 1e39 };
    const never = { ...file, layers: [{ ...file.layers[0], weights }] };
    const { events } = await train(graphOf(never, numbers), numbers);
    assert.doesNotMatch(JSON.stringify(events), /NaN|Infinity/, 'nor in what rules say');
    const exact = await train(linear, numbers, { steps: end.step });
    assert.equal(exact.end.reason, 'completed');
    assert.deepEqual(await exact.trainer.parameters(), await trainer.parameters());
    const atOnce = await train(
      graphOf({ ...file, training: { optimizer: { name: 'sgd', learningRate: 1e60 } } }, numbers),
      numbers,
    );
    const [layer] = atOnce.end.final!.layers;
    assert.deepEqual(
      [atOnce.end.reason, atOnce.end.step, layer!.gradientNorm, layer!.updateRatio],
      ['diverged', 0, null, null],
    );
  });

  it('ends as diverged, too, where an evaluation gives what no line can hold', async () => {
    const numbers = split(smallData([1], 'regression', 1, 40));
    for (const row of numbers.parts.train) numbers.features[row] = 0;
    for (const row of numbers.parts.validation) numbers.features[row] = 1e38;
    const huge = { units: 1, activation: 'linear', weights: { name: 'constant', value: 1e38 }, bias: false };
    const layers = Array.from({ length: 4 }, () => ({ type: 'dense', ...huge }));
    for (const trainFirst of [false, true]) {
      const events: StreamEvent[] = [];
      const options = { run: 'test', reason: 'test', yield: () => Promise.resolve() };
      const trainer = await Trainer.create(
        graphOf({ layers, training: { epochs: 3 } }, numbers),
        numbers,
        referenceBackend,
        {
          ...options,
          onEvent: (event) => events.push(event),
        },
      );
      await trainer.begin(trainFirst);
      await trainer.run();
      const records = events.filter(({ event }) => event === 'metrics') as MetricsEvent[];
      assert.ok(records.length > 1);
      for (const { loss, validation } of records.slice(1)) assert.ok(loss !== null && validation?.loss === null);
      const end = events.at(-1) as EndEvent;
      assert.deepEqual([end.reason, end.step, end.tensor], ['diverged', trainer.steps, 'validation.loss']);
    }
  });

  it('with no steps writes start, the record of step 0 and the end, and judges nothing', async () => {
    const { events } = await train(
      graphOf(classifier({}, { expect: [{ metric: 'validation.accuracy', op: '>', value: 2 }] }), data),
      data,
      { steps: 0 },
    );
    assert.deepEqual(
      events.filter(({ event }) => event !== 'unit').map(({ event }) => event),
      ['start', 'metrics', 'end'],
    );
    assert.deepEqual((events.at(-1) as EndEvent).expect, []);
  });

  it('judges what the file expects by path, a layer by its id; what is not there fails', async () => {
    const expect = [
      { metric: 'validation.accuracy', op: '>=', value: 0 },
      { metric: 'layers.hidden.dead', op: '<', value: 0 },
      { metric: 'layers.nowhere.dead', op: '>=', value: 0 },
    ];
    const { end } = await train(graphOf(classifier({ epochs: 1 }, { expect }), data), data);
    assert.deepEqual(
      end.expect.map(({ passed }) => passed),
      [true, false, false],
    );
    assert.equal(end.expect[2]!.actual, null);
  });

  it('leaves validation and test out when those parts are empty, and accuracy out for numbers', async () => {
    const numbers = smallData([3], 'regression', 1, 12);
    const graph = graphOf(
      { layers: [{ type: 'dense', units: 1, activation: 'linear' }], training: { epochs: 2 } },
      numbers,
    );
    const { records } = await train(graph, numbers);
    for (const record of records) {
      assert.ok(!('validation' in record) && !('accuracy' in record) && !('test' in record));
    }
  });

  it('counts units as a plain forward pass does, and finds each death and revival', async () => {
    const graph = graphOf(
      {
        layers: [
          { id: 'a', type: 'dense', units: 12, bias: -0.4 },
          { id: 'b', type: 'dense', units: 12 },
          { id: 'output', type: 'dense', units: 3, activation: 'softmax' },
        ],
        training: { batchSize: 5, epochs: 30, optimizer: { name: 'sgd', learningRate: 1.2 } },
        seed: 4,
      },
      data,
    );
    const { records, units } = await train(graph, data, { metricsEvery: 1 });
    const alive = new Map<string, boolean>();
    const expected: string[] = [];
    for (const record of records) {
      const { trainer } = await train(graph, data, { steps: record.step });
      const dead = bruteForce(trainer, data);
      for (const layer of ['a', 'b']) {
        assert.equal(record.layers.find(({ id }) => id === layer)!.dead, dead[layer]!.filter(Boolean).length);
        for (const [unit, isDead] of dead[layer]!.entries()) {
          const key = `${layer}.${unit}`;
          if (isDead && alive.get(key) !== false) expected.push(`${record.step} ${key} died`);
          if (!isDead && alive.get(key) === false) expected.push(`${record.step} ${key} revived`);
          alive.set(key, !isDead);
        }
      }
      if (record.step > 60) break;
    }
    const seen = units
      .filter(({ step }) => step <= 61)
      .map(({ step, layer, unit, state }) => `${step} ${layer}.${unit} ${state}`);
    assert.deepEqual(seen, expected);
    assert.ok(
      expected.some((line) => line.endsWith('revived')) &&
        expected.some((line) => !line.startsWith('0 ') && line.endsWith('died')),
      expected.join('\n'),
    );
    for (const event of units)
      if (event.state === 'died' && event.step > 0) assert.equal(event.lastActive, event.step - 1);
  });

  it('trains an autoencoder on its own input, spoilt or not, whatever the labels', async () => {
    const labelled = smallData([4], 'classification', 3, 40);
    const layers = [
      { type: 'dense', units: 8, activation: 'tanh' },
      { type: 'dense', units: 4, activation: 'linear' },
    ];
    const training = { target: 'input', batchSize: 8, epochs: 60, optimizer: { name: 'adam', learningRate: 0.02 } };
    const clean = await train(graphOf({ layers, training }, labelled), labelled);
    assert.ok(clean.end.final!.loss! < 0.1, `${clean.end.final!.loss}`);
    assert.ok(!('accuracy' in clean.end.final!));
    for (const corrupt of [
      { kind: 'mask', amount: 0.5 },
      { kind: 'gaussian', amount: 0.5 },
    ]) {
      const data = { source: 'circles', corrupt };
      const spoilt = await train(graphOf({ layers, training, data }, labelled), labelled);
      assert.ok(spoilt.end.final!.loss! > 2 * clean.end.final!.loss!, `${corrupt.kind}: ${spoilt.end.final!.loss}`);
      assert.ok(spoilt.end.final!.loss! < spoilt.records[1]!.loss!);
    }
  });
});

/** For each layer, whether each unit's output is 0 on every training sample: two loops over the weights. */
function bruteForce(trainer: Trainer, data: Dataset): Record<string, boolean[]> {
  const { parameters } = (trainer.session as ReferenceSession).memory.arenas;
  const tensor = (name: string) => {
    const found = trainer.plan.parameters.find((entry) => entry.name === name)!;
    return { values: parameters.subarray(found.offset, found.offset + found.size), shape: found.shape };
  };
  let rows = [...data.parts.train].map((i) => [...data.features.subarray(i * 4, i * 4 + 4)]);
  const result: Record<string, boolean[]> = {};
  for (const layer of ['a', 'b']) {
    const [w, b] = [tensor(`${layer}.weights`), tensor(`${layer}.bias`).values];
    const units = w.shape[1]!;
    rows = rows.map((row) =>
      Array.from(b, (bias, j) =>
        Math.max(
          0,
          row.reduce((sum, x, i) => sum + x * w.values[i * units + j]!, bias),
        ),
      ),
    );
    result[layer] = Array.from(b, (_, j) => rows.every((row) => row[j] === 0));
  }
  return result;
}
