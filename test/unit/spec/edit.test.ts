import assert from 'node:assert/strict';
import {
  applyEdits,
  freshId,
  insertLayer,
  moveLayer,
  removeLayer,
  setValue,
  type TextEdit,
} from '../../../src/engine/spec/edit.ts';
import { nodeAt, readJson, valueOf, type Path } from '../../../src/engine/spec/json.ts';

const valueIn = (text: string): any => {
  const { root, fault } = readJson(text);
  assert.ok(root, `${fault?.message} in:\n${text}`);
  return valueOf(root);
};
const apply = (text: string, edit: (text: string) => TextEdit[]) => applyEdits(text, edit(text));
const set = (text: string, path: string, value: unknown) =>
  apply(text, (text) =>
    setValue(
      text,
      path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
      value,
    ),
  );

describe('Edits of single values', () => {
  it('replace a scalar and nothing else', () => {
    assert.equal(set('{"a": 1 /* why */,\r\n\t"b":2}', 'a', 0.5), '{"a": 0.5 /* why */,\r\n\t"b":2}');
  });
  it('make no edit when the value is there already', () => {
    assert.deepEqual(setValue('{"a": {"b": [1, 2]}}', ['a'], { b: [1, 2] }), []);
    assert.deepEqual(setValue('{"a": 1}', ['b'], undefined), []);
  });
  it('touch only what differs inside an object or a list', () => {
    assert.equal(set('{"k": [3 /*h*/, 3]}', 'k', [3, 5]), '{"k": [3 /*h*/, 5]}');
    assert.equal(
      set('{"o": {"name": "sgd", /* slow */ "lr": 1}}', 'o', { name: 'sgd', lr: 2 }),
      '{"o": {"name": "sgd", /* slow */ "lr": 2}}',
    );
    assert.equal(set('{"o": { "name": "leaky_relu", "slope": 0.1 }}', 'o', 'relu'), '{"o": "relu"}');
    assert.equal(set('{"k": [1, 2, 3]}', 'k', [1]), '{"k": [1]}');
  });
  it('append a key in the style of its neighbours', () => {
    assert.equal(set('{ "a": 1 }', 'b', 2), '{ "a": 1, "b": 2 }');
    assert.equal(set('{"a":1}', 'b', [2, 3]), '{"a":1,"b":[2,3]}');
    assert.equal(set('{ "a": 1, }', 'b', 2), '{ "a": 1, "b": 2, }');
    assert.equal(set('{\n\t"a": 1 // one\n}', 'b', 2), '{\n\t"a": 1, // one\n\t"b": 2\n}');
    assert.equal(
      set('{\r\n  "a": 1, // one\r\n  // end\r\n}', 'b', {}),
      '{\r\n  "a": 1, // one\r\n  "b": {},\r\n  // end\r\n}',
    );
    assert.equal(set('{\n  "a": 1 }', 'b', 2), '{\n  "a": 1,\n  "b": 2 }');
    assert.equal(set('{ "a": 1 // one\n}', 'b', 2), '{ "a": 1, // one\n  "b": 2\n}');
    assert.equal(set('{}', 'b', 2), '{ "b": 2 }');
    assert.equal(set('{\n}', 'b', 2), '{\n  "b": 2\n}');
    assert.equal(set('{ // none yet\n}', 'b', 2), '{ // none yet\n  "b": 2\n}');
  });
  it('make what is missing on the way', () => {
    assert.equal(
      set('{\n  "version": 1\n}\n', 'training.optimizer', { name: 'adam' }),
      '{\n  "version": 1,\n  "training": { "optimizer": { "name": "adam" } }\n}\n',
    );
    assert.equal(set('{"training": {}}', 'training.epochs', 5), '{"training": {"epochs": 5}}');
  });
  it('turn a bare name into an object when one of its parameters is set', () => {
    assert.equal(
      set('{"optimizer": "sgd"}', 'optimizer.learningRate', 0.1),
      '{"optimizer": {"name": "sgd", "learningRate": 0.1}}',
    );
  });
  it('remove a key with its comma and keep every comment', () => {
    assert.equal(set('{ "a": 1, "b": 2 }', 'a', undefined), '{ "b": 2 }');
    assert.equal(set('{ "a": 1, "b": 2 }', 'b', undefined), '{ "a": 1 }');
    assert.equal(set('{ "a": 1, "b": 2, }', 'b', undefined), '{ "a": 1, }');
    assert.equal(set('{\n  "a": 1, // one\n  "b": 2 // two\n}', 'b', undefined), '{\n  "a": 1 // one\n  // two\n}');
    assert.equal(set('{\n  "a": 1,\n  "b": 2\n}', 'a', undefined), '{\n  "b": 2\n}');
    assert.equal(set('{ "a": 1 /* x */, "b": 2 }', 'a', undefined), '{ /* x */ "b": 2 }');
  });
  it('never touch a file that a newer program wrote, or broken JSON', () => {
    assert.throws(() => setValue('{ "version": 2 }', ['name'], 'x'), /newer version/);
    assert.throws(() => setValue('{ "version": 1', ['name'], 'x'), /missing/);
    assert.throws(() => insertLayer('[]', 0, {}), /no network/);
  });
});

describe('Edits of layers', () => {
  const file = `{
  "layers": [ // all of them
    // first, above

    // a, above
    { "id": "a" }, // a, after
    { "id": "b" }
    // end
  ]
}
`;
  it('give a layer the comments above it and after it on its line', () => {
    assert.equal(
      apply(file, (text) => removeLayer(text, 0)),
      file.replace('    // a, above\n    { "id": "a" }, // a, after\n', ''),
    );
    assert.equal(
      apply(file, (text) => moveLayer(text, 0, 1)),
      file.replace(/ {4}\/\/ a, above[^]*"b" }/, '    { "id": "b" },\n    // a, above\n    { "id": "a" } // a, after'),
    );
  });
  it('remove the comma before a last layer, and only it', () => {
    assert.equal(
      apply(file, (text) => removeLayer(text, 1)),
      file.replace('    { "id": "b" }\n', '').replace('},', '}'),
    );
  });
  it("insert on a line of its own, before a layer's comments", () => {
    const layer = { id: 'n', units: 5 };
    assert.equal(
      apply(file, (text) => insertLayer(text, 0, layer)),
      file.replace('    // a, above', '    { "id": "n", "units": 5 },\n    // a, above'),
    );
    assert.equal(
      apply(file, (text) => insertLayer(text, 2, layer)),
      file.replace('"b" }', '"b" },\n    { "id": "n", "units": 5 }'),
    );
  });
  it('open an empty list, and make a missing one', () => {
    const layer = { id: 'a', units: 1 };
    assert.equal(
      apply('{\n  "layers": []\n}', (text) => insertLayer(text, 0, layer)),
      '{\n  "layers": [\n    { "id": "a", "units": 1 }\n  ]\n}',
    );
    assert.equal(
      apply('{\n  "version": 1\n}', (text) => insertLayer(text, 0, layer)),
      '{\n  "version": 1,\n  "layers": [\n    { "id": "a", "units": 1 }\n  ]\n}',
    );
    assert.equal(
      apply('{"layers":[]}', (text) => insertLayer(text, 0, layer)),
      '{"layers":[{"id":"a","units":1}]}',
    );
    assert.equal(
      apply('{\n\t"layers": [ // none\n\t]\n}', (text) => insertLayer(text, 0, layer)),
      '{\n\t"layers": [ // none\n\t\t{ "id": "a", "units": 1 }\n\t]\n}',
    );
  });
  it('keep layers on one line together', () => {
    const line = '{ "layers": [{ "id": "a" }, { "id": "b" }, /* c */ { "id": "c" }] }';
    assert.equal(
      apply(line, (text) => removeLayer(text, 1)),
      '{ "layers": [{ "id": "a" }, /* c */ { "id": "c" }] }',
    );
    assert.equal(
      apply(line, (text) => removeLayer(text, 2)),
      '{ "layers": [{ "id": "a" }, { "id": "b" }] }',
    );
    assert.equal(
      apply(line, (text) => moveLayer(text, 2, 0)),
      '{ "layers": [/* c */ { "id": "c" }, { "id": "a" }, { "id": "b" }] }',
    );
    assert.equal(
      apply(line, (text) => insertLayer(text, 1, { id: 'n' })),
      '{ "layers": [{ "id": "a" }, { "id": "n" }, { "id": "b" }, /* c */ { "id": "c" }] }',
    );
  });
  it('name a new layer as no other is named, implied ids included', () => {
    assert.equal(freshId('{"layers": [{"type": "dense"}, {"type": "dense"}, {"id": "dense_2"}]}', 'dense'), 'dense_3');
    assert.equal(freshId('{"layers": []}', 'flatten'), 'flatten');
  });
});

/** Every comment names what it belongs to, so that the test can tell whose comments went. */
const nasty: Record<string, string> = {
  'with CRLF, tabs, comments and trailing commas': `// file: head
{
\t"version": 1, /* file: version */
\t"data": { "source": "circles", /* file: data */ },
\t"layers": [ // file: layers
\t\t// file: header

\t\t/* a: above
\t\t   in two lines */
\t\t// a: above too
\t\t{ "id": "a", "type": "dense", "units": 5, }, // a: after
\t\t{
\t\t\t"id": "b", // in b
\t\t\t"type": "dense", /* in b */ "units": 6,
\t\t\t// in b, at the end
\t\t} /* b: before the comma */ , // b: after

\t\t// c: above, with {"units": [1, 2]}, in it
\t\t{ "id": "c", "type": "dense", "units": 7 }, /* d: before */ { "id": "d", "type": "flatten" }, // d: after
\t\t{ "id": "e", "type": "dropout" }, // e: after
\t\t// file: end of layers
\t], // file: after layers
\t"training": { },
}
// file: tail`.replace(/\n/g, '\r\n'),
  'with layers on one line, no final line break and a byte order mark': `\uFEFF{"version":1,"layers":[{"id":"a","units":1},/* b: above */{"id":"b"} /* b: after */,{"id":"c"}], /* file: end */ "ui":{"x":[1,2]}}`,
  'indented by spaces, without trailing commas': `{
  "version": 1,
  "layers": [
    { "id": "a", "type": "dense", "units": 50 }, { "id": "b", "type": "dense", // in b
      "units": 3 },
    // c: above
    { "id": "c",
      "type": "conv2d", "kernelSize": [3, 3] } // c: after
    // file: end of layers
  ],
  "training": {
    "epochs": 5 // file: epochs
  }
}
`,
  'with brackets hugging the layers': `{ "version": 1, "layers": [{
    "id": "a" // in a
  }, {
    "id": "b"
  }] }
`,
  'with a comma that begins a line': `{
  "version": 1
  , "layers": [
    { "id": "a" } // a: after
    , { "id": "b" } // b: after
    , { "id": "c" }
  ]
}`,
};

const commentsOf = (text: string): string[] =>
  [...text.matchAll(/"(?:[^"\\]|\\.)*"|(\/\/[^\r\n]*|\/\*[^]*?\*\/)/g)].flatMap(([, comment]) => comment ?? []).sort();

/** mulberry32 */
function randomInts(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** The texts of all values but those on the way to `path` or inside it. */
function textsBeside(text: string, path: Path): Map<string, string> {
  const texts = new Map<string, string>();
  const root = readJson(text).root!;
  for (const key of Object.keys(valueIn(text))) {
    const node = nodeAt(root, [key])!;
    if (key !== path[0]) texts.set(key, text.slice(node.offset, node.offset + node.length));
  }
  for (const [index, layer] of (valueIn(text).layers ?? []).entries()) {
    const node = nodeAt(root, ['layers', index])!;
    if (path[0] !== 'layers' || layer.id !== path[1])
      texts.set(`layer ${layer.id}`, text.slice(node.offset, node.offset + node.length));
  }
  return texts;
}

for (const [name, original] of Object.entries(nasty)) {
  describe(`A file ${name}`, () => {
    it('keeps what random edits do not speak of', () => {
      for (let seed = 1; seed <= 30; seed++) {
        const below = randomInts(seed);
        let text = original;
        for (let n = 0; n < 30; n++) {
          const before = text;
          const expected = valueIn(text);
          const layers = expected.layers as any[];
          const index = below(layers.length);
          let edits: TextEdit[];
          let touched: Path = [];
          let gone: string | undefined;
          switch (below(layers.length > 0 ? 7 : 1)) {
            case 0: {
              const layer = { id: freshId(text, 'new'), type: 'dense', units: below(100) };
              const at = below(layers.length + 1);
              edits = insertLayer(text, at, layer);
              layers.splice(at, 0, layer);
              touched = ['layers', layer.id];
              break;
            }
            case 1:
              edits = removeLayer(text, index);
              gone = layers[index].id;
              layers.splice(index, 1);
              touched = ['layers', gone!];
              break;
            case 2: {
              const to = below(layers.length);
              edits = moveLayer(text, index, to);
              layers.splice(to, 0, ...layers.splice(index, 1));
              break;
            }
            case 3: {
              const key = ['units', 'activation', 'weights', 'kernelSize'][below(4)]!;
              const value = [below(9), 'tanh', { name: 'normal', stddev: below(9) }, [below(9), 2], false][below(5)];
              edits = setValue(text, ['layers', index, key], value);
              layers[index][key] = value;
              touched = ['layers', layers[index].id];
              break;
            }
            case 4: {
              const keys = Object.keys(layers[index]).filter((key) => key !== 'id');
              const key = keys[below(keys.length)] ?? 'none';
              edits = setValue(text, ['layers', index, key], undefined);
              delete layers[index][key];
              touched = ['layers', layers[index].id];
              break;
            }
            case 5: {
              const key = ['epochs', 'batchSize'][below(2)]!;
              const value = below(3) === 0 ? undefined : below(50);
              edits = setValue(text, ['training', key], value);
              if (value !== undefined) expected.training = { ...expected.training, [key]: value };
              else if (expected.training) delete expected.training[key];
              touched = ['training'];
              break;
            }
            default:
              edits = setValue(text, ['defaults', 'regularization', 'l2'], n);
              expected.defaults = { regularization: { l2: n } };
              touched = ['defaults'];
          }
          text = applyEdits(text, edits);
          const story = `seed ${seed}, edit ${n}:\n${before}\n--- became\n${text}`;
          assert.deepEqual(valueIn(text), expected, story);
          const kept = (comment: string) =>
            gone === undefined || !new RegExp(`\\b(${gone}:|in ${gone}\\b)`).test(comment);
          assert.deepEqual(commentsOf(text), commentsOf(before).filter(kept), story);
          const after = textsBeside(text, touched);
          for (const [place, was] of textsBeside(before, touched)) {
            if (place !== 'layers') assert.equal(after.get(place), was, `${place}, ${story}`);
          }
          assert.equal(text.startsWith('\uFEFF'), original.startsWith('\uFEFF'));
          assert.equal(
            /\r\n/.test(original) ? /(^|[^\r])\n/.test(text) : /\r/.test(text),
            false,
            `line breaks, ${story}`,
          );
          assert.equal(/\n$/.test(text), /\n$/.test(original), story);
          assert.doesNotMatch(text, /[^\s][ \t]+(\r?\n|$)(?<!^\s*)/, story);
        }
      }
    });
  });
}
