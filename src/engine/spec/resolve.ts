import { activationRow, type Activation } from '../activations/index.ts';
import { initializerRow, type Initializer } from '../initializers.ts';
import { layerRow, type Regularization } from '../layers/index.ts';
import { penalties, trainable } from '../layers/trainable.ts';
import type { Optimizer } from '../plan/plan.ts';
import { scheduleRow } from '../schedules.ts';
import type { Field, Fields, NamedRow } from './fields.ts';
import { dataFields, type DataSpec, type Scale, type Split } from './dataFields.ts';
import type { Layer, Network, NetworkText } from './network.ts';
import { optimizers, type OptimizerName } from './optimizers.ts';
import { trainingFields, type Training } from './trainingFields.ts';

type Written = Readonly<Record<string, unknown>>;

/** What a layer with weights takes when neither it nor `defaults` says. */
export const builtIn: Written = { activation: 'relu', weights: 'he_normal', bias: 0, regularization: {} };

/** Fills in every default of a file that has passed `parse`. Nothing else in the program knows a default. */
export function resolve(value: NetworkText): Network {
  return {
    name: value.name ?? '',
    seed: value.seed ?? 0,
    data: resolveData(value.data),
    layers: resolveLayers(value.layers, value.defaults ?? {}),
    training: resolveTraining(value.training ?? {}),
    expect: value.expect ?? [],
    written: value,
  };
}

/**
 * The ids of all layers: those written, and for the others the type, then type_1, type_2 … in file order, skipping ids
 * in use.
 */
export function layerIds(layers: readonly Written[]): string[] {
  const used = new Set(layers.map((layer) => layer.id).filter((id) => typeof id === 'string'));
  const tried = new Map<string, number>();
  return layers.map((layer) => {
    if (typeof layer.id === 'string') return layer.id;
    const type = String(layer.type);
    let n = tried.get(type) ?? 0;
    let id = numbered(type, n);
    while (used.has(id)) id = numbered(type, ++n);
    tried.set(type, n);
    used.add(id);
    return id;
  });
}

const numbered = (type: string, n: number): string => (n === 0 ? type : `${type}_${n}`);

function resolveLayers(layers: readonly Written[], defaults: Written): Layer[] {
  const ids = layerIds(layers);
  return layers.map((layer, index) => ({
    id: ids[index]!,
    type: String(layer.type),
    inputs: (layer.inputs as readonly string[] | undefined) ?? [ids[index - 1] ?? 'input'],
    fields: resolveFields(layerRow(String(layer.type)).fields, layer, defaults),
  }));
}

/** What layers with weights take that do not say. */
export const defaultsOf = ({ defaults = {} }: NetworkText): Layer['fields'] => resolveFields(trainable, defaults, {});

function resolveFields(fields: Fields, layer: Written, defaults: Written): Layer['fields'] {
  const values: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(fields)) {
    const value =
      field.control === 'regularization'
        ? penaltiesOf(defaults[key], layer[key])
        : ownValue(key, field, layer, defaults);
    if (value !== undefined) values[key] = value;
  }
  // These draw the bias with the weights.
  if (drawsBias(values.weights)) values.bias = { ...(values.weights as Initializer) };
  // `strides` of a pool, say, are its `poolSize`.
  for (const [key, field] of Object.entries(fields)) {
    if (field.sameAs && values[key] === undefined) values[key] = values[field.sameAs];
  }
  return values;
}

const drawsBias = (weights: unknown): boolean =>
  weights !== undefined && initializerRow((weights as Initializer).name).fillBias !== undefined;

function ownValue(key: string, field: Field, layer: Written, defaults: Written): unknown {
  const value = layer[key] ?? (field.cascades ? (defaults[key] ?? builtIn[key]) : field.default);
  switch (field.control) {
    case 'activation':
      return activationOf(value);
    case 'initializer':
      return named(value, initializerRow) satisfies Initializer;
    case 'bias':
      if (value === false) return false;
      return typeof value === 'number' ? { name: 'constant', parameters: { value } } : named(value, initializerRow);
    default:
      return value;
  }
}

/** Parameters are numbers; a formula stands beside them. */
function activationOf(value: unknown): Activation {
  const { name, parameters } = named(value, activationRow);
  const { formula, ...numbers } = parameters as Readonly<Record<string, number>> & { readonly formula?: unknown };
  return typeof formula === 'string' ? { name, parameters: numbers, formula } : { name, parameters };
}

/** A name, or an object with a name and some parameters, with every parameter filled in. */
function named(
  value: unknown,
  rowOf: (name: string) => NamedRow,
): { name: string; parameters: Record<string, number> } {
  const written: Written = typeof value === 'string' ? { name: value } : (value as Written);
  const row = rowOf(String(written.name));
  return { name: row.name, parameters: filled(row.parameters, written) as Record<string, number> };
}

const penaltiesOf = (defaults: unknown, own: unknown): Regularization =>
  filled(penalties, {
    ...(defaults as Written | undefined),
    ...(own as Written | undefined),
  }) as unknown as Regularization;

/** Each field's value, or its default; optional ones that are left out stay away. */
function filled(fields: Fields, written: Written): Record<string, unknown> {
  const values = Object.entries(fields).map(([key, field]) => [key, written[key] ?? field.default] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function resolveData(written: Written): DataSpec {
  const data = filled(dataFields, written);
  const split = data.split as Partial<Split>;
  const scale = data.scale as Scale | 'none' | 'standardize';
  return {
    ...(data as unknown as DataSpec),
    split: { train: split.train ?? 0, validation: split.validation ?? 0, test: split.test ?? 0 },
    scale: typeof scale === 'string' ? { method: scale } : scale,
  };
}

function resolveTraining(written: Written): Training {
  const { optimizer, schedule, ...rest } = filled(trainingFields, written);
  return {
    ...(rest as unknown as Training),
    ...resolveOptimizer(optimizer ?? 'sgd'),
    schedule: named(schedule ?? 'constant', scheduleRow),
  };
}

function resolveOptimizer(value: unknown): Pick<Training, 'learningRate' | 'optimizer'> {
  const written: Written = typeof value === 'string' ? { name: value } : (value as Written);
  const name = written.name as OptimizerName;
  const row = optimizers.find((row) => row.name === name);
  if (!row) throw new Error(`No optimizer named "${name}".`);
  const {
    learningRate,
    betas = [0, 0],
    ...rest
  } = filled(row.parameters, written) as unknown as {
    learningRate: number;
    betas?: readonly [number, number];
  } & Partial<Optimizer>;
  const [beta1, beta2] = betas;
  const none = { momentum: 0, nesterov: false, beta1: 0, beta2: 0, rho: 0, epsilon: 0, weightDecay: 0, clipNorm: 0 };
  const optimizer = { ...none, ...rest, beta1, beta2, name };
  return { learningRate, optimizer: { ...optimizer, slotCount: row.slotCount(optimizer.momentum) } };
}
