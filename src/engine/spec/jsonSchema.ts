import * as z from 'zod/mini';
import { layers, type LayerRow } from '../layers/index.ts';
import { isRequired } from './fields.ts';
import { networkSchema } from './network.ts';
import { builtIn } from './resolve.ts';

/** JSON Schema, draft 7, with the additions that VS Code's JSON service knows. */
export interface JsonSchema {
  [keyword: string]: unknown;
  type?: string | string[];
  title?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema | JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  required?: string[];
  enum?: unknown[];
  const?: unknown;
}

/**
 * The JSON Schema that text editors complete and explain by, from the definition that `parse` judges by. It allows anything:
 * whatever is wrong is said once, by `parse`, which knows more of the file. For the build alone: no bundle imports it.
 */
export function networkJsonSchema(): JsonSchema {
  const schema = tidy(z.toJSONSchema(networkSchema, { target: 'draft-7', io: 'input' }) as JsonSchema);
  const { defaults, layers: list } = schema.properties!;
  for (const [key, field] of Object.entries(defaults!.properties!)) field.default = builtIn[key];
  (list!.items as JsonSchema).defaultSnippets = layers.map(snippet);
  return { ...advisory(schema), title: 'Rectifier network', allowComments: true, allowTrailingCommas: true };
}

/** The same without judgement: what would be right is still offered. */
function advisory(schema: JsonSchema): JsonSchema {
  const { properties, items, anyOf, allOf, then, ...rest } = schema;
  for (const judges of judging) delete rest[judges];
  if (properties || items) delete rest.type;
  const result: JsonSchema = { ...rest };
  if (properties)
    result.properties = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, advisory(value)]));
  if (items) result.items = advisory(items as JsonSchema);
  if (allOf) result.allOf = allOf.map(advisory);
  if (then) result.then = advisory(then as JsonSchema);
  if (anyOf) result.anyOf = [...anyOf.map(advisory), {}];
  const { markdownDescription, default: preset, anyOf: kinds = [], ...value } = result;
  if (!('enum' in value || 'const' in value || 'type' in value)) return result;
  return {
    ...(markdownDescription === undefined ? {} : { markdownDescription }),
    ...(preset === undefined ? {} : { default: preset }),
    anyOf: [value, ...kinds, {}],
  };
}

const judging = [
  ...['additionalProperties', 'additionalItems', 'required', 'pattern', 'propertyNames'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minItems', 'maxItems', 'minLength', 'maxLength'],
];

function tidy(schema: JsonSchema): JsonSchema {
  const { properties, items, anyOf, oneOf, description, enumDescriptions, ...rest } = schema;
  const result: JsonSchema = { ...rest };
  if (description) result.markdownDescription = description;
  if (enumDescriptions) result.markdownEnumDescriptions = enumDescriptions;
  if (properties)
    result.properties = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, tidy(value)]));
  if (items) result.items = tidy(Array.isArray(items) ? items[0]! : items);
  if (anyOf) result.anyOf = anyOf.flatMap((option) => option.anyOf ?? [option]).map(tidy);
  return oneOf ? { ...result, ...byDiscriminator(oneOf.map(tidy)) } : result;
}

/** `oneOf` gives poor completions and messages: a list of all kinds, and for each what then follows, gives good ones. */
function byDiscriminator(variants: readonly JsonSchema[]): JsonSchema {
  const key = Object.entries(variants[0]!.properties!).find(([, value]) => value.const !== undefined)![0];
  const kindOf = (variant: JsonSchema) => variant.properties![key]!.const;
  const docs = variants.map((variant) => variant.markdownDescription ?? '');
  return {
    type: 'object',
    required: [key],
    properties: {
      [key]: { type: 'string', enum: variants.map(kindOf), markdownEnumDescriptions: docs },
    },
    allOf: variants.map((variant) => ({
      if: { properties: { [key]: { const: kindOf(variant) } }, required: [key] },
      // The kind is judged and described above; here it only is allowed.
      then: {
        ...variant,
        properties: { ...variant.properties, [key]: {} },
        required: variant.required!.filter((name) => name !== key),
      },
    })),
  };
}

/** A new layer with all it can't do without, to fill in. */
function snippet({ type, label, doc, fields }: LayerRow): object {
  const required = Object.entries(fields).filter(([, field]) => isRequired(field));
  const values = required.map(([key, { control }], n) => [key, `^\${${n + 2}:${control === 'size' ? 3 : 16}}`]);
  return {
    label,
    description: doc,
    body: Object.fromEntries([['id', `\${1:${type}}`], ['type', type], ...values]) as object,
  };
}
