import assert from 'node:assert/strict';
import { locate, parse } from '../../../src/engine/spec/parse.ts';
import { networkSchema } from '../../../src/engine/spec/network.ts';
import { badInputs, good } from '../badInput/cases.ts';

const minimal = '{"version": 1, "data": {"source": "xor"}, "layers": [{"type": "dense", "units": 1}]}';

describe('Reading a network file', () => {
  it('takes comments, trailing commas, a byte order mark and a $schema', () => {
    const text = `\uFEFF// a network\n{"$schema": ["x"], "version": 1, "data": {"source": "xor",}, /* layers */ "layers": [{"type": "dense", "units": 1},],}`;
    const { network, problems, value } = parse(text);
    assert.deepEqual(problems, []);
    assert.equal(network?.layers[0]?.id, 'dense');
    assert.deepEqual((value as { $schema: unknown }).$schema, ['x']);
  });

  it('keeps the JSON as written beside the network, without defaults', () => {
    assert.deepEqual(parse(minimal).value, JSON.parse(minimal));
    assert.equal(parse('{').value, undefined);
    assert.deepEqual(parse('{"version": 0}').value, { version: 0 });
  });

  it('says where: the value, the key when that is unknown, what is around it when it is missing', () => {
    const text =
      '{\n  "version": 1,\n  "data": { "source": "xor", "sampels": 5 },\n  "layers": [\n    { "type": "dense", "units": 1.5 },\n    { "type": "dense" }\n  ]\n}';
    const { problems, network } = parse(text);
    assert.equal(network, undefined);
    assert.deepEqual(
      problems.map(({ rule, path, line, column, offset, length }) => ({
        rule,
        path,
        line,
        column,
        text: text.slice(offset, offset + length),
      })),
      [
        { rule: 'unknown_key', path: 'data.sampels', line: 3, column: 30, text: '"sampels"' },
        { rule: 'wrong_type', path: 'layers.0.units', line: 5, column: 33, text: '1.5' },
        { rule: 'missing_key', path: 'layers.1.units', line: 6, column: 5, text: '{ "type": "dense" }' },
      ],
    );
  });

  it('says where a key belongs that stands in the wrong place', () => {
    const messages = (text: string) => parse(text).problems.map(({ message }) => message);
    const rest = '"version": 1, "data": { "source": "xor" }, "layers": [{ "type": "dense", "units": 1 }]';
    assert.deepEqual(messages(`{ ${rest}, "training": { "learning_rate": 1, "seed": 1 } }`), [
      'Unknown key "learning_rate". Write it as "learningRate" in "training.optimizer".',
      'Unknown key "seed". Write it as "seed" at the top of the file.',
    ]);
    assert.deepEqual(messages(`{ ${rest.replace('1 }', '1, "l2": 1, "epochs": 1 }')} }`), [
      'Unknown key "l2". Write it as "l2" in "layers.0.regularization".',
      'Unknown key "epochs". Write it as "epochs" in "training".',
    ]);
  });

  it('says of a file with nothing in it that it is empty', () => {
    for (const text of ['', ' \n'])
      assert.deepEqual(
        parse(text).problems.map(({ message }) => message),
        ['The file is empty. Start with { "version": 1 }.'],
      );
  });

  it('counts columns after a byte order mark as editors show them', () => {
    const [problem] = parse('\uFEFF{"version": 0}').problems;
    assert.deepEqual([problem?.line, problem?.column], [1, 1]);
    const version = parse('\uFEFF{"version": 0}').problems.find(({ path }) => path === 'version');
    assert.deepEqual([version?.column, version?.offset], [13, 13]);
  });

  it('locates a path that is not in the file at the nearest thing around it', () => {
    const text = '{\n  "layers": [\n    { "type": "dense" }\n  ]\n}';
    const at = (path: string) => {
      const { offset, length, line } = locate(text, { severity: 'error', rule: 'x', message: 'x', path });
      return [line, text.slice(offset, offset + length)];
    };
    assert.deepEqual(at('layers.0.type'), [3, '"dense"']);
    assert.deepEqual(at('layers.0.activation.name'), [3, '{ "type": "dense" }']);
    assert.deepEqual(at('training.loss'), [1, text]);
    assert.deepEqual(locate('{"a', { severity: 'error', rule: 'x', message: 'x', path: 'a' }).line, 1);
  });

  it('opens a newer version for looking when it understands all of it, else says so, once', () => {
    const newer = parse(minimal.replace('1', '2'));
    assert.equal(newer.newerVersion, true);
    assert.deepEqual(
      newer.problems.map(({ severity, rule }) => [severity, rule]),
      [['warning', 'newer_version']],
    );
    assert.ok(newer.network);
    const strange = parse('{"version": 2, "tensors": []}');
    assert.deepEqual(
      strange.problems.map(({ severity, rule }) => [severity, rule]),
      [['error', 'newer_version']],
    );
    assert.equal(strange.network, undefined);
    assert.equal(parse(minimal).newerVersion, false);
  });

  it('takes 1,000 nested lists and refuses one more', () => {
    const ui = (depth: number) => minimal.replace('{', `{"ui": ${'['.repeat(depth)}${']'.repeat(depth)},`);
    assert.deepEqual(parse(ui(999)).problems, []);
    assert.deepEqual(
      parse(ui(1000)).problems.map(({ rule }) => rule),
      ['nesting_too_deep'],
    );
  });

  it('takes megabytes of blanks at the end, and names the place before them where something is missing', () => {
    assert.deepEqual(parse(minimal + ' '.repeat(15 * 2 ** 20)).problems, []);
    const [problem] = parse('{"version": 1,\n\n\n').problems;
    assert.deepEqual([problem?.rule, problem?.line, problem?.column], ['broken_json', 1, 15]);
  });

  it('suggests a name only when one is near', () => {
    const message = (key: string) =>
      parse(minimal.replace('"units": 1', `"units": 1, "${key}": 1`)).problems[0]?.message;
    assert.equal(message('actvation'), 'Unknown key "actvation". Did you mean "activation"?');
    assert.equal(message('Activation'), 'Unknown key "Activation". Did you mean "activation"?');
    assert.equal(message('reg'), 'Unknown key "reg". Did you mean "regularization"?');
    assert.equal(
      message('colour'),
      'Unknown key "colour". Remove it; known here: "type", "id", "inputs", "units", "activation", "weights", "bias" and "regularization".',
    );
  });

  it('stops at a hundred problems', () => {
    assert.equal(
      parse(`{"version": 1, "data": {"source": "xor"}, "layers": [${'1,'.repeat(5000)}]}`).problems.length,
      100,
    );
  });

  it('accepts exactly what the schema accepts', () => {
    const texts = [...Object.values(good), ...badInputs].map(({ text }) => text).filter((text) => text.length < 10_000);
    const data = ['data_error', 'shape_mismatch', 'too_large', 'loss_output_mismatch'];
    let refused = 0;
    for (const text of texts) {
      const { value, problems } = parse(text);
      // Doubled keys are gone from a plain value, and a newer version has its own words.
      if (value === undefined || problems.some(({ rule }) => ['duplicate_key', 'newer_version'].includes(rule)))
        continue;
      const structural = problems.some(({ rule }) =>
        ['unknown_key', 'unknown_name', 'wrong_type', 'out_of_range', 'not_finite', 'missing_key'].includes(rule),
      );
      assert.equal(
        networkSchema.safeParse(value).success,
        !structural,
        `${text}\n${problems.map(({ message }) => message).join('\n')}`,
      );
      assert.ok(!problems.some(({ rule }) => data.includes(rule)));
      refused += Number(structural);
    }
    assert.ok(refused > 150, `${refused}`);
  });

  it('never throws, and of any text says either the network or an error inside the text', () => {
    // A linear congruential generator: the same few thousand broken files each time.
    let state = 1;
    const below = (n: number) => Math.floor(((state = (state * 1103515245 + 12345) % 2 ** 31) / 2 ** 31) * n);
    const bits = [
      '"',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '0',
      '-',
      '1e9',
      'null',
      '/*',
      '//',
      '\\',
      '\n',
      'é',
      '\u0000',
      '\uD83D',
    ];
    for (let n = 0; n < 3000; n++) {
      let text = Object.values(good)[n % 3]!.text;
      for (let m = below(3); m >= 0; m--) {
        const at = below(text.length);
        text = text.slice(0, at) + bits[below(bits.length)]! + text.slice(at + below(20));
      }
      const { network, problems } = parse(text);
      const errors = problems.filter(({ severity }) => severity === 'error');
      assert.equal(network === undefined, errors.length > 0, text);
      for (const { offset, length, line } of problems) {
        assert.ok(offset >= 0 && length >= 0 && offset + length <= text.length, text);
        assert.equal(line, text.slice(0, offset).split('\n').length, text);
      }
    }
  });
});
