import * as l10n from '@vscode/l10n';
import { sizeOf } from '../layers/layer.ts';
import type { Optimizer, Plan } from '../plan/plan.ts';
import { quoted, WeightsError, type NamedTensor, type TensorFile } from './safetensors.ts';

/** A tensor's name, shape and place in its arena, in elements. */
export interface TensorPlace {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

/** Whatever makes a network's outputs: both arenas as the plan lays them out. */
export interface Weights {
  readonly parameters: Float32Array;
  /** Running statistics. */
  readonly state: Float32Array;
}

/** What an optimiser remembers, slot by slot, in PyTorch's words. */
export function slotNames({ name, slotCount }: Optimizer): readonly string[] {
  const all = {
    sgd: ['momentum_buffer'],
    adam: ['exp_avg', 'exp_avg_sq'],
    adamw: ['exp_avg', 'exp_avg_sq'],
    rmsprop: ['square_avg', 'momentum_buffer'],
    adagrad: ['sum'],
  }[name];
  return all.slice(0, slotCount);
}

const slotPrefix = 'optimizer.';

/** Where each slot's tensors lie in the slots' arena, under `optimizer.<slot>.<tensor>`. */
export function slotPlaces(plan: Plan): TensorPlace[] {
  return slotNames(plan.optimizer).flatMap((slot, index) =>
    plan.parameters.map((tensor) => ({
      ...tensor,
      name: `${slotPrefix}${slot}.${tensor.name}`,
      offset: index * plan.sizes.parameters + tensor.offset,
    })),
  );
}

/** Where running statistics lie in the state arena. */
export const statePlaces = (plan: Plan): TensorPlace[] =>
  plan.state.map((tensor) => ({ ...tensor, shape: [tensor.size] }));

/** An arena's tensors by name. */
export function cut(places: readonly TensorPlace[], arena: Float32Array): [string, NamedTensor][] {
  return places.map(({ name, shape, offset, size }) => [name, { shape, values: arena.slice(offset, offset + size) }]);
}

/** The tensors of a network, as its weight files name them. */
export function tensorsOf(plan: Plan, { parameters, state }: Weights): Map<string, NamedTensor> {
  return new Map([...cut(plan.parameters, parameters), ...cut(statePlaces(plan), state)]);
}

/**
 * Takes a network's tensors out of a file: each must be there in its shape, and no other may be, but an optimiser's. Throws
 * WeightsError.
 */
export function weightsFrom(plan: Plan, { tensors }: TensorFile): Weights {
  const states = statePlaces(plan);
  const known = new Set([...plan.parameters, ...states].map(({ name }) => name));
  const unknown = [...tensors.keys()].filter((name) => !name.startsWith(slotPrefix) && !known.has(name));
  const parameters = fill(plan.parameters, tensors, plan.sizes.parameters, unknown);
  const state = fill(states, tensors, plan.sizes.state, unknown);
  if (unknown.length > 0)
    throw new WeightsError(l10n.t('{0} belongs to no layer of this network', quoted(unknown[0]!)));
  return { parameters, state };
}

/** Takes an optimiser's tensors out of a file. Throws WeightsError. */
export function slotsFrom(plan: Plan, { tensors }: TensorFile): Float32Array {
  const places = slotPlaces(plan);
  const known = new Set(places.map(({ name }) => name));
  const unknown = [...tensors.keys()].filter((name) => name.startsWith(slotPrefix) && !known.has(name));
  const slots = fill(places, tensors, plan.sizes.slots, unknown);
  if (unknown.length > 0) {
    throw new WeightsError(
      l10n.t('{0} is not kept by {1} as this network sets it', quoted(unknown[0]!), plan.optimizer.name),
    );
  }
  return slots;
}

/** Lays tensors out as an arena; `others` are those in the file that nobody asked for, to be named beside one that is missing. */
function fill(
  places: readonly TensorPlace[],
  tensors: TensorFile['tensors'],
  length: number,
  others: readonly string[],
): Float32Array {
  const arena = new Float32Array(length);
  for (const { name, shape, offset, size } of places) {
    const found = tensors.get(name);
    if (!found) {
      const has = others.slice(0, 3).map(quoted).join(', ');
      throw new WeightsError(
        has
          ? l10n.t('{0} is not in the file; it has {1}', quoted(name), has)
          : l10n.t('{0} is not in the file', quoted(name)),
      );
    }
    if (found.shape.join() !== shape.join()) {
      throw new WeightsError(
        l10n.t('{0} has the shape {1}, but the network needs {2}', quoted(name), shapeOf(found.shape), shapeOf(shape)),
      );
    }
    const bad = found.values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new WeightsError(l10n.t('{0} holds {1} at value {2}', quoted(name), found.values[bad]!, bad));
    if (found.values.length !== size || sizeOf(shape) !== size) throw new Error(`${name} has no room.`);
    arena.set(found.values, offset);
  }
  return arena;
}

const shapeOf = (shape: readonly number[]) => `[${shape.join(', ')}]`;
