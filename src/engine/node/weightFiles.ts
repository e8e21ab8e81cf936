import { open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { infer, type Graph } from '../graph.ts';
import { compile } from '../plan/compile.ts';
import type { Plan } from '../plan/plan.ts';
import { parse } from '../spec/parse.ts';
import { knownData, knownOf, type KnownData } from '../weights/metadata.ts';
import { readSafetensors, WeightsError, type TensorFile } from '../weights/safetensors.ts';
import { Exit, Failure } from './failure.ts';
import { examine, reason, refuseErrors } from './networkFile.ts';

/** Largest weight file that is read: Node holds no more in one piece on every platform. */
const sizeLimit = 2 ** 32;

/** Reads a weight file; whatever is wrong with it ends the command. */
export async function readWeights(file: string): Promise<TensorFile> {
  const read = async () => {
    const { size } = await stat(file);
    if (size > sizeLimit) throw new Error(`it has ${size} bytes; at most ${sizeLimit} are read`);
    return readFile(file);
  };
  const bytes = await read().catch((error: unknown) => {
    throw new Failure(Exit.badFile, `${file}:1:1: ${reason(error)}`);
  });
  return blaming(file, () => readSafetensors(bytes));
}

/** Does something with a weight file's contents; a fault of theirs ends the command and names the file. */
export async function blaming<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WeightsError) throw new Failure(Exit.badFile, `${file}:1:1: ${error.message}`);
    throw error;
  }
}

/** Ends the command before any work is done when files could not be written afterwards, or would take the place of the network or of each other. */
export async function refuseUnwritable(files: readonly (string | undefined)[], network?: string): Promise<void> {
  const taken = new Map<string, string>();
  if (network !== undefined) taken.set(await placeOnDisk(network), 'it is the network file; name another');
  for (const file of files) {
    if (file === undefined) continue;
    const target = await stat(file).catch(() => undefined);
    if (target?.isDirectory()) throw cannotWrite(file, 'it is a folder');
    const folder = await stat(path.dirname(file)).catch(() => undefined);
    if (!folder?.isDirectory()) throw cannotWrite(file, `there is no folder ${path.dirname(file)}`);
    if (target && !target.isFile()) continue;
    const place = await placeOnDisk(file);
    const holds = taken.get(place);
    if (holds !== undefined) throw cannotWrite(file, holds);
    taken.set(place, 'another option names it, too; name another file');
  }
}

/** The one name of a file, whatever links lead to it. */
const placeOnDisk = (file: string): Promise<string> => realpath(file).catch(() => path.resolve(file));

const cannotWrite = (file: string, why: string) =>
  new Failure(Exit.usage, `rectifier: ${file} can't be written: ${why}`);

/**
 * Writes beside the file first, so that whoever reads it meets the old one or the new one, never a part. What a link leads to is replaced,
 * not the link; a device or a pipe (`/dev/stdout`, say) is written into.
 */
export async function writeWhole(file: string, contents: Uint8Array | string): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  const place = there?.isFile() ? await realpath(file).catch(() => file) : file;
  const passing = `${place}.${process.pid}.tmp`;
  try {
    if (there && !there.isFile()) {
      await writeFile(file, contents);
      return;
    }
    await writeFile(passing, contents);
    const handle = await open(passing);
    await handle.sync().finally(() => handle.close());
    await rename(passing, place);
  } catch (error) {
    await rm(passing, { force: true });
    throw cannotWrite(file, reason(error));
  }
}

/**
 * A network's graph, and what is known of its data: from the weight file where that says it, so that predictions need no training
 * data, else from the data itself.
 */
export async function graphFor(
  file: string,
  text: string,
  weights: TensorFile,
  weightsFile: string,
): Promise<{ graph: Graph; plan: Plan; known: KnownData }> {
  const said = await blaming(weightsFile, () => knownData(weights));
  const { network, problems } = parse(text);
  if (said && network) {
    const inferred = infer(network, { ...said.shape, samples: 0 });
    const { graph } = inferred;
    if (!graph) {
      const { message } = inferred.problems.find(({ severity }) => severity === 'error')!;
      throw new Failure(Exit.badFile, `${weightsFile}:1:1: made with data that this network does not fit: ${message}`);
    }
    refuseErrors(file, problems);
    return { graph, plan: compile(graph, 1, 1), known: said };
  }
  const { graph, dataset, problems: found } = await examine(file, text);
  refuseErrors(file, found);
  return { graph: graph!, plan: compile(graph!, 1, 1), known: knownOf(dataset!) };
}
