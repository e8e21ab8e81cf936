import path from 'node:path';
import { exportTargets } from '../export/index.ts';
import { movedTo } from '../export/json.ts';
import { initialModel, modelOf } from '../export/model.ts';
import { ExportError, type ExportModel, type ExportSource } from '../export/target.ts';
import { locator } from '../spec/parse.ts';
import { Exit, Failure } from './failure.ts';
import { examine, readNetwork, refuseErrors } from './networkFile.ts';
import { oneOf, readArguments } from './options.ts';
import { blaming, graphFor, readWeights, refuseUnwritable, writeWhole } from './weightFiles.ts';

/** Writes a network, or its weights, in another form. */
export async function exportNetwork(args: string[]): Promise<number> {
  const { file, values } = readArguments('export', args, {
    to: { type: 'string' },
    weights: { type: 'string' },
    output: { type: 'string', short: 'o' },
    set: { type: 'string', multiple: true },
  });
  const { to, weights, output } = values;
  const names = exportTargets.map(({ id }) => id);
  if (to === undefined) throw usage(`say what to with --to ${names.join('|')}`);
  oneOf('to', to, names);
  const target = exportTargets.find(({ id }) => id === to)!;
  if (output === undefined) throw usage('say where to with -o OUT');
  if (target.holds === 'network' && weights !== undefined)
    throw usage('a network as JSON holds no weights; use --to safetensors');
  const { dir, name: stem } = path.parse(output);
  const place = (ending: string) => (ending === '' ? output : path.join(dir, `${stem}${ending}`));
  const beside = (target.beside ?? []).map(place);
  if (beside.includes(path.normalize(output)))
    throw usage(`${output} is what the file beside it is called; name it ${stem}${target.extension}`);
  await refuseUnwritable([output, ...beside], target.holds === 'network' ? undefined : file);

  const text = await readNetwork(file, values.set);
  const files = await locating(file, text, async () =>
    target.holds === 'network'
      ? target.make(await source(file, text, output), stem)
      : target.make(await model(file, text, weights), stem),
  );
  // The one asked for comes last: whoever sees it finds the others there. Weights that lie there already stay as they are.
  const given = weights !== undefined && path.resolve(weights);
  const all = Object.entries(files).filter(([ending]) => ending === '' || path.resolve(place(ending)) !== given);
  all.sort(([a], [b]) => b.length - a.length);
  for (const [ending, contents] of all) await writeWhole(place(ending), contents);
  const written = all.map(([ending]) => place(ending)).reverse();
  if (beside.length > 0) process.stderr.write(`rectifier: wrote ${written.join(' and ')}\n`);
  return Exit.done;
}

const usage = (message: string) => new Failure(Exit.usage, `rectifier export: ${message}`);

/** Does the work; what the target can't express ends the command at its line. */
async function locating<T>(file: string, text: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ExportError)) throw error;
    const { message, path } = error;
    const { line, column } = locator(text)({ severity: 'error', rule: 'export', message, path });
    throw new Failure(Exit.badFile, `${file}:${line}:${column}: ${message}`);
  }
}

/** The network, its data named as seen from where it is to lie. */
async function source(file: string, text: string, output: string): Promise<ExportSource> {
  const { parsed, graph, problems } = await examine(file, text);
  refuseErrors(file, problems);
  const [before, now] = [file, output].map((name) => path.resolve(name, '..').replaceAll(path.sep, '/')) as [
    string,
    string,
  ];
  return { network: movedTo(parsed.network!, before, now), ...(graph ? { graph } : {}) };
}

/** The network with a file's weights; those of step 0 when none is given. */
async function model(file: string, text: string, weightsFile: string | undefined): Promise<ExportModel> {
  if (weightsFile === undefined) {
    const { graph, dataset, problems } = await examine(file, text);
    refuseErrors(file, problems);
    return initialModel(text, graph!, dataset!);
  }
  const weights = await readWeights(weightsFile);
  const { graph, known } = await graphFor(file, text, weights, weightsFile);
  return blaming(weightsFile, () => modelOf(text, graph, known, weights));
}
