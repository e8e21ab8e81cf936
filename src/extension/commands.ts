import * as vscode from 'vscode';
import type { RunCommand } from '../webview/hostProtocol.ts';
import type { CompareRuns } from './compareRuns.ts';
import { copyDiagnostics } from './copyDiagnostics.ts';
import type { DataFiles } from './dataFiles.ts';
import { openText, type Designer } from './designer.ts';
import { viewType, type Designers } from './designers.ts';
import { report, UserError } from './errors.ts';
import type { ExportOptions } from './exportNetwork.ts';
import { isNetworkFile } from './files.ts';
import { newNetwork } from './newNetwork.ts';

type Handler = (...args: unknown[]) => unknown;

/** Every command of the extension. One that fails says so in a message; the details are in the output channel. */
export function registerCommands(
  context: vscode.ExtensionContext,
  designers: Designers,
  data: DataFiles,
  compareRuns: CompareRuns,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const run = (command: RunCommand | 'toggle') => async (uri: unknown) =>
    (await designerOf(designers, uri)).command(command);
  const commands: Record<string, Handler> = {
    newNetwork,
    openDesigner: (uri) => vscode.commands.executeCommand('vscode.openWith', networkUri(designers, uri), viewType),
    openText: async (uri) => openText(await vscode.workspace.openTextDocument(networkUri(designers, uri))),
    train: run('train'),
    pause: run('pause'),
    step: run('step'),
    reset: run('reset'),
    toggle: run('toggle'),
    openExperiment: async (name) => {
      const { Experiments } = await import('./experiments.ts');
      return new Experiments(context).open(name);
    },
    export: async (options = {}) => {
      const uri = uriOf(options);
      const given = (uri ? { network: uri } : options) as ExportOptions & { network?: unknown };
      const document = await vscode.workspace.openTextDocument(networkUri(designers, given.network));
      const { exportNetwork } = await import('./exportNetwork.ts');
      return exportNetwork({ document, data, checkpoint: () => designers.checkpoint(document) }, given);
    },
    compareRuns: () => compareRuns.open(),
    copyDiagnostics: () => copyDiagnostics(context, designers),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, handler]) =>
      vscode.commands.registerCommand(`rectifier.${name}`, async (...args: unknown[]) => {
        try {
          return await handler(...args);
        } catch (error) {
          report(error, log);
        }
      }),
    ),
  );
}

/** The designer a command is about: that of the network it was called on, opened if need be, else the one that is meant. */
async function designerOf(designers: Designers, argument: unknown): Promise<Designer> {
  const uri = uriOf(argument);
  const ofFile = () => designers.all.find(({ document }) => document.uri.toString() === uri?.toString());
  const there = uri ? ofFile() : designers.meant;
  if (there) return there;
  if (uri) await vscode.commands.executeCommand('vscode.openWith', uri, viewType);
  const opened = ofFile();
  if (!opened)
    throw new UserError(
      vscode.l10n.t('Open a network in the designer first: a file named *.nn.json, or an experiment.'),
    );
  return opened;
}

/** The network a command is about: the one it was called on, else the one in the active editor. */
function networkUri(designers: Designers, argument: unknown): vscode.Uri {
  const given = uriOf(argument);
  if (given) return given;
  const uri = designers.active?.document.uri ?? vscode.window.activeTextEditor?.document.uri;
  if (!uri || !isNetworkFile(uri))
    throw new UserError(vscode.l10n.t('Open a network file first: its name ends in .nn.json.'));
  return uri;
}

/** What a caller names a file by: menus and extensions by its address, key bindings and links by that as JSON or text. */
function uriOf(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) return argument;
  if (typeof argument === 'string' && argument !== '')
    return /^[a-z][a-z\d+.-]+:/i.test(argument) ? vscode.Uri.parse(argument) : vscode.Uri.file(argument);
  const { scheme, path } = (argument ?? {}) as Partial<vscode.Uri>;
  return typeof scheme === 'string' && typeof path === 'string' ? vscode.Uri.from(argument as vscode.Uri) : undefined;
}
