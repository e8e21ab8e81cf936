import assert from 'node:assert/strict';
import { activations } from '../../../src/engine/activations/index.ts';
import { initializers } from '../../../src/engine/initializers.ts';
import { layers } from '../../../src/engine/layers/index.ts';
import { penalties, trainable } from '../../../src/engine/layers/trainable.ts';
import { schedules } from '../../../src/engine/schedules.ts';
import { helpText, type Field, type Fields, type NamedRow } from '../../../src/engine/spec/fields.ts';
import { networkJsonSchema, type JsonSchema } from '../../../src/engine/spec/jsonSchema.ts';
import { dataFields } from '../../../src/engine/spec/dataFields.ts';
import { optimizers } from '../../../src/engine/spec/optimizers.ts';
import { trainingFields } from '../../../src/engine/spec/trainingFields.ts';
import { magnification } from '../../../src/webview/numbers.ts';

/** Every field a file can have, by where it stands. */
function everyField(): [where: string, field: Field][] {
  const of = (where: string, fields: Fields) =>
    Object.entries(fields).map(([key, field]) => [`${where}.${key}`, field] as [string, Field]);
  const ofRows = (rows: readonly NamedRow[]) => rows.flatMap(({ name, parameters }) => of(name, parameters));
  return [
    ...layers.flatMap(({ type, fields }) => of(type, fields)),
    ...of('defaults', trainable),
    ...of('regularization', penalties),
    ...of('data', dataFields),
    ...of('training', trainingFields),
    ...[activations, initializers, optimizers, schedules].flatMap(ofRows),
  ];
}

/** A year, a section of a book or a standard, or a program whose meaning it has; or why there is none. */
const sourced = /\b(1[89]|20)\d\d\b|§\d|^RFC \d+|PyTorch|scikit-learn|TensorFlow|^No source: ./;

describe('The help of a field', () => {
  it('says what the field does in a whole sentence, and where that is from', () => {
    for (const [where, { doc, advice, source }] of everyField()) {
      assert.match(doc, /\.$/, `${where}: ${doc}`);
      if (advice !== undefined) assert.match(advice, /^\S.{5,}\.$/, where);
      assert.match(source, sourced, where);
    }
  });

  it('says when to choose what wherever there is a choice', () => {
    // What only names a place, a shape or a column has no better and worse.
    const plain = /\.(path|format|target|labels|inputShape|shape|corrupt|formula|nesterov|max)$/;
    const silent = everyField().filter(([where, { advice }]) => advice === undefined && !plain.test(where));
    assert.deepEqual(
      silent.map(([where]) => where),
      [],
    );
  });

  it('is what the text editor shows on hover', () => {
    const schema = networkJsonSchema();
    const hover = (of: JsonSchema | undefined, key: string) => of?.properties?.[key]?.markdownDescription;
    for (const [key, field] of Object.entries(dataFields))
      assert.equal(hover(schema.properties?.data, key), helpText(field));
    for (const [key, field] of Object.entries(trainingFields))
      assert.equal(hover(schema.properties?.training, key), helpText(field));
    const dense = (schema.properties?.layers?.items as JsonSchema).allOf?.find((variant) =>
      JSON.stringify(variant.if).includes('"dense"'),
    );
    for (const key of ['units', 'activation', 'bias'] as const) {
      const field = layers.find(({ type }) => type === 'dense')!.fields[key]!;
      assert.equal(hover(dense?.then as JsonSchema, key), helpText(field));
      assert.match(helpText(field), /§|\d{4}/);
    }
  });
});

describe('A derivative beside its function', () => {
  it('is drawn larger where it would be lost, by a round factor', () => {
    assert.equal(magnification([0, 1, 1], 15, -2), 10);
    assert.equal(magnification([0, 0.1, 0.25], 1.1, -0.1), 2);
  });

  it('is drawn as it is where it fills the room already, or there is nothing of it', () => {
    assert.equal(magnification([0, 1], 1.1, -0.1), 1);
    assert.equal(magnification([0, 0], 1.1, -0.1), 1);
    assert.equal(magnification([Number.NaN, -0.09, 0.1], 10, -0.1), 1);
  });
});
