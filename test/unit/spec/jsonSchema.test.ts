import assert from 'node:assert/strict';
import { ClientCapabilities, getLanguageService, TextDocument, type JSONSchema } from 'vscode-json-languageservice';
import { activations } from '../../../src/engine/activations/index.ts';
import { initializers } from '../../../src/engine/initializers.ts';
import { layers } from '../../../src/engine/layers/index.ts';
import { networkJsonSchema } from '../../../src/engine/spec/jsonSchema.ts';
import { parse } from '../../../src/engine/spec/parse.ts';

/** VS Code's own JSON service, with the schema as the extension contributes it. */
const service = getLanguageService({ clientCapabilities: ClientCapabilities.LATEST });
service.configure({
  validate: true,
  allowComments: true,
  schemas: [
    {
      uri: 'file:///schema.json',
      fileMatch: ['*.nn.json'],
      schema: JSON.parse(JSON.stringify(networkJsonSchema())) as JSONSchema,
    },
  ],
});

/** A document and the place marked by | in it. */
function open(marked: string) {
  const offset = marked.indexOf('|');
  const document = TextDocument.create('file:///a.nn.json', 'jsonc', 1, marked.replace('|', ''));
  return { document, json: service.parseJSONDocument(document), position: document.positionAt(Math.max(offset, 0)) };
}
const layer = (inner: string) => `{ "version": 1, "data": { "source": "xor" }, "layers": [ ${inner} ] }`;

async function completions(marked: string): Promise<Map<string, string>> {
  const { document, json, position } = open(marked);
  const list = await service.doComplete(document, position, json);
  const text = (doc: unknown) =>
    typeof doc === 'string' ? doc : ((doc as { value?: string } | undefined)?.value ?? '');
  return new Map(list?.items.map((item) => [item.label.replace(/"/g, ''), text(item.documentation)]));
}

async function hover(marked: string): Promise<string> {
  const { document, json, position } = open(marked);
  const hover = await service.doHover(document, position, json);
  return (hover?.contents as unknown as string[] | undefined)?.map(String).join('\n') ?? '';
}

async function messages(text: string): Promise<string[]> {
  const { document, json } = open(text);
  const found = await service.doValidation(document, json, {
    comments: 'ignore',
    trailingCommas: 'ignore',
    schemaValidation: 'error',
  });
  return found.map(({ message, range }) => `${document.getText(range)}: ${message as string}`);
}

describe("The JSON Schema in VS Code's JSON service", () => {
  it("offers the keys of the layer's own type, and no others", async () => {
    const dense = await completions(layer('{ "type": "dense", | }'));
    assert.deepEqual([...dense.keys()].sort(), [
      'activation',
      'bias',
      'id',
      'inputs',
      'regularization',
      'units',
      'weights',
    ]);
    assert.match(dense.get('units')!, /How many units/);
    assert.deepEqual([...(await completions(layer('{ "type": "dropout", "rate": 0.5, | }'))).keys()].sort(), [
      'id',
      'inputs',
    ]);
    assert.deepEqual([...(await completions(layer('{ "type": "max_pool2d", | }'))).keys()].sort(), [
      'id',
      'inputs',
      'padding',
      'poolSize',
      'strides',
    ]);
  });

  it('offers every layer type, activation and initialiser, each with what it is for', async () => {
    const types = await completions(layer('{ "type": | }'));
    for (const { type, doc } of layers) assert.equal(types.get(type), doc);
    const names = await completions(layer('{ "type": "dense", "units": 1, "activation": { "name": | } }'));
    for (const { name, doc } of activations) assert.equal(names.get(name), doc);
    const weights = await completions(layer('{ "type": "dense", "weights": { "name": | } }'));
    for (const { name, doc } of initializers) assert.equal(weights.get(name), doc);
  });

  it('offers the parameters of a named value', async () => {
    const keys = await completions(layer('{ "type": "dense", "activation": { "name": "leaky_relu", | } }'));
    assert.deepEqual([...keys.keys()], ['slope']);
  });

  it('offers a whole new layer', async () => {
    const offered = await completions(layer('|'));
    for (const { label } of layers) assert.ok(offered.has(label), label);
  });

  it('explains keys and values on hover', async () => {
    assert.match(await hover(layer('{ "type": "dense", "un|its": 3 }')), /How many units/);
    assert.match(await hover(layer('{ "type": "den|se", "units": 3 }')), /Every unit sees every input/);
    assert.match(await hover(layer('{ "type": "dense", "units": 3, "activation": "re|lu" }')), /dead/);
    assert.match(await hover('{ "da|ta": {} }'), /What the network learns from/);
    assert.match(await hover('{ "training": { "batch|Size": 3 } }'), /Samples a step looks at/);
  });

  it('finds nothing wrong in a right file, comments and trailing commas included', async () => {
    const file = `{
      "version": 1, // one
      "data": { "source": "file", "path": "a.csv", "target": ["a", 1], "inputShape": [8, 8, 1], "scale": { "method": "minmax", "range": [0, 1] } },
      "defaults": { "activation": "relu", "weights": { "name": "normal", "stddev": 0.1 }, "bias": 0.1 },
      "layers": [
        { "type": "conv2d", "filters": 3, "kernelSize": [3, 3], "bias": false },
        { "id": "out", "type": "dense", "units": 1, "activation": { "name": "leaky_relu" }, "bias": { "name": "constant", "value": 1 }, },
      ],
      "training": { "optimizer": { "name": "adam", "betas": [0.9, 0.99] }, "batchSize": "all" },
      "expect": [{ "metric": "loss", "op": "<", "value": 1 }],
      "ui": { "zoom": 2 },
    }`;
    assert.deepEqual(await messages(file), []);
  });

  const wrong: Record<string, string> = {
    'an unknown key': layer('{ "type": "dense", "units": 3, "actvation": "relu" }'),
    'a wrong type': layer('{ "type": "dense", "units": "many" }'),
    'a size of 0': layer('{ "type": "dense", "units": 0 }'),
    'an unknown activation': layer('{ "type": "dense", "units": 3, "activation": "rleu" }'),
    'an unknown activation in an object': layer('{ "type": "dense", "units": 3, "activation": { "name": "rleu" } }'),
    'an unknown layer type': layer('{ "type": "dens", "units": 3 }'),
    'a missing size': layer('{ "type": "dense" }'),
    'a missing type': layer('{ "units": 3 }'),
    'an id with a blank': layer('{ "type": "dense", "units": 3, "id": "a b" }'),
    'a parameter that is missing': layer('{ "type": "dense", "units": 3, "weights": { "name": "normal" } }'),
    'a kernel with three sides': layer('{ "type": "conv2d", "filters": 3, "kernelSize": [3, 3, 3] }'),
  };
  for (const [name, file] of Object.entries(wrong)) {
    it(`leaves ${name} to our own check`, async () => {
      assert.deepEqual(await messages(file), []);
      assert.ok(parse(file).problems.some(({ severity }) => severity === 'error'));
    });
  }
});
