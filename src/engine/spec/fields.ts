import * as z from 'zod/mini';

// The content policy of a webview forbids compiled validators.
z.config({ jitless: true });

/**
 * One key of the network file: its check, its help and its default in one place. Validation, types, hovers, the JSON
 * Schema and the inspector all read it. The default is filled in by `resolve` alone, never by the schema.
 */
export interface Field<T = unknown> {
  readonly schema: z.ZodMiniType<T>;
  /** As the inspector labels it. */
  readonly label: string;
  /** What it does, in a sentence. */
  readonly doc: string;
  /** When to choose what. */
  readonly advice?: string;
  /** Where that is from: a paper, a book's section, the library whose meaning it has; or "No source:" and why there is none. */
  readonly source: string;
  /** Used when the key is left out; a key without one is required unless it cascades or is optional. */
  readonly default?: T;
  /** Left out, it is taken from `defaults` of the network file. */
  readonly cascades?: boolean;
  /** Left out, it stays undefined. */
  readonly optional?: boolean;
  /** Left out, it takes the value of this other field of the same table. */
  readonly sameAs?: string;
  /** Which control the inspector shows. */
  readonly control:
    | 'integer'
    | 'number'
    | 'choice'
    | 'size'
    | 'activation'
    | 'initializer'
    | 'bias'
    | 'regularization'
    | 'formula'
    | 'switch'
    | 'pair'
    | 'shape'
    | 'columns'
    | 'source'
    | 'file'
    | 'split'
    | 'scale'
    | 'corruption'
    | 'optimizer'
    | 'schedule'
    | 'batch'
    | 'none';
  /** For `choice`. */
  readonly choices?: readonly string[];
  /** For `number` and `integer`: least value allowed. */
  readonly minimum?: number;
  readonly maximum?: number;
}

export type Fields = Readonly<Record<string, Field>>;
/** The resolved values of a table of fields. */
export type Values<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

interface Options<T> {
  advice?: string;
  default?: T;
  optional?: boolean;
  minimum?: number;
  maximum?: number;
}

/** The most units, filters or samples a file may ask for: any more could not be indexed. */
export const largest = 2 ** 31 - 1;

export function integer(label: string, doc: string, source: string, options: Options<number> = {}): Field<number> {
  const { minimum = 1, maximum = largest } = options;
  return {
    schema: z.int().check(z.minimum(minimum), z.maximum(maximum)),
    label,
    doc,
    source,
    control: 'integer',
    ...options,
    minimum,
    maximum,
  };
}

export function number(label: string, doc: string, source: string, options: Options<number> = {}): Field<number> {
  const checks = [
    ...(options.minimum === undefined ? [] : [z.minimum(options.minimum)]),
    ...(options.maximum === undefined ? [] : [z.maximum(options.maximum)]),
  ];
  return { schema: z.number().check(...checks), label, doc, source, control: 'number', ...options };
}

export function choice<const T extends string>(
  label: string,
  doc: string,
  source: string,
  choices: readonly T[],
  options: { advice?: string; default?: T; optional?: boolean } = {},
): Field<T> {
  return { schema: z.enum(choices), label, doc, source, control: 'choice', choices, ...options };
}

/** An expression in x, judged by its own grammar rather than by a schema. */
export const formula = (label: string, doc: string, source: string): Field<string> => ({
  ...{ schema: z.string(), label, doc, source, control: 'formula' },
});

/** A number n for n × n, or [height, width]. */
export type Size = number | readonly [number, number];

/** The most a window's side or stride may be: products of two still fit 32 bits. */
const widest = 65_535;

export function size(
  label: string,
  doc: string,
  source: string,
  options: { advice?: string; default?: Size; sameAs?: string } = {},
): Field<Size> {
  const side = z.int().check(z.minimum(1), z.maximum(widest));
  return {
    schema: z.union([side, z.readonly(z.tuple([side, side]))]),
    label,
    doc,
    source,
    control: 'size',
    ...options,
  };
}

export const pair = (size: Size): readonly [height: number, width: number] =>
  typeof size === 'number' ? [size, size] : size;

/**
 * Gives a schema its help, for hovers in the text editor; `choices` speaks of each value of an enum.
 * The build writes the JSON Schema from it.
 */
export function documented<T extends z.ZodMiniType>(
  schema: T,
  title: string,
  description: string,
  choices?: readonly string[],
): T {
  z.globalRegistry.add(schema, { title, description, ...(choices ? { enumDescriptions: choices } : {}) });
  return schema;
}

/** A field of any other shape: its schema is written out. Without a control of its own the inspector shows it as it is written. */
export const raw = <T>(
  label: string,
  doc: string,
  source: string,
  schema: z.ZodMiniType,
  options: { advice?: string; default?: T; optional?: boolean; control?: Field['control'] } = {},
): Field<T> =>
  ({
    ...{ label, doc, source, schema, control: 'none', ...options },
    ...(options.default === undefined ? { optional: true } : {}),
  }) as unknown as Field<T>;

/** All there is to say of a field, for the hover in the text editor: what, when, and where from. */
export const helpText = ({ doc, advice, source }: Field): string =>
  `${advice === undefined ? doc : `${doc} ${advice}`}\n\n${source}`;

/** The object schema of a table: a key is required when nothing else could supply its value. */
export function shapeOf(fields: Fields): Record<string, z.ZodMiniType> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, field]) => {
      documented(field.schema, field.label, helpText(field));
      if (field.default !== undefined)
        z.globalRegistry.add(field.schema, { ...z.globalRegistry.get(field.schema), default: field.default });
      return [key, isRequired(field) ? field.schema : z.optional(field.schema)];
    }),
  );
}

export const isRequired = (field: Field): boolean =>
  field.default === undefined && !field.cascades && !field.optional && field.sameAs === undefined;

/** A value that is a bare name, or an object with that name and its parameters. */
export interface Named {
  readonly name: string;
}

/** Rows of a table of named values: `'relu'`, or `{ "name": "leaky_relu", "slope": 0.2 }`. */
export interface NamedRow extends Named {
  readonly label: string;
  readonly doc: string;
  readonly parameters: Fields;
}

/** Accepts the bare name where every parameter has a default, and the object always. */
export function named(rows: readonly NamedRow[]): z.ZodMiniType<string | (Named & Record<string, unknown>)> {
  const bare = rows.filter((row) => !Object.values(row.parameters).some(isRequired));
  const names = z.enum(bare.map((row) => row.name) as [string, ...string[]]);
  return z.union([
    documented(
      names,
      'Name',
      'With every parameter at its default.',
      bare.map((row) => row.doc),
    ),
    variants('name', rows),
  ]) as unknown as z.ZodMiniType<string | (Named & Record<string, unknown>)>;
}

/** Objects of several kinds, told apart by the key `discriminator`; `common` are keys that all of them have. */
export function variants(
  discriminator: string,
  rows: readonly NamedRow[],
  common: Record<string, z.ZodMiniType> = {},
): z.ZodMiniType<Record<string, unknown>> {
  const objects = rows.map((row) =>
    documented(
      z.strictObject({ [discriminator]: z.literal(row.name), ...common, ...shapeOf(row.parameters) }),
      row.label,
      row.doc,
    ),
  );
  return z.discriminatedUnion(discriminator, objects as unknown as [z.ZodMiniObject, ...z.ZodMiniObject[]]);
}
