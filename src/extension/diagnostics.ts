import * as vscode from 'vscode';
import { checkNetwork } from '../engine/check.ts';
import { describeData } from '../engine/data/load.ts';
import { infer } from '../engine/graph.ts';
import { ruleProblems, type RuleOptions } from '../engine/rules/index.ts';
import { locator, parse } from '../engine/spec/parse.ts';
import { schemaRules, type LocatedProblem } from '../engine/spec/problems.ts';
import { TooLarge, type DataFiles } from './dataFiles.ts';
import type { RunFinding } from '../webview/hostProtocol.ts';
import { isNetworkFile, watchFile } from './files.ts';
import { onSettings, readSettings } from './settings.ts';

/** How long a text must rest before it is checked, in ms. */
const rest = 200;
/** Larger data files are left to the run: reading one would hold up every extension. In bytes. */
const longestData = 16 * 2 ** 20;
/** Drawn data of more samples is never too little for its classes or parts. */
const manySamples = 10_000;

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
} as const;

interface Watched {
  /** What was last found, in this version of the text. */
  found?: { readonly version: number; readonly problems: readonly LocatedProblem[] };
  /** What rules found in a run of it that a designer shows. */
  live?: readonly RunFinding[];
  timer?: ReturnType<typeof setTimeout>;
  /** The data file the network names, and what looks out for its changes. */
  data?: { readonly uri: string; readonly watcher: vscode.Disposable };
}

/**
 * Shows what is wrong with the open network files, whether in a designer or as text. Problems that the JSON service shows by
 * itself, from the schema, are left to it.
 */
export class Diagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('rectifier');
  private readonly open = new Map<vscode.TextDocument, Watched>();
  private readonly listeners: vscode.Disposable;

  constructor(
    private readonly data: DataFiles,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const { workspace } = vscode;
    this.listeners = vscode.Disposable.from(
      workspace.onDidOpenTextDocument((document) => this.schedule(document, 0)),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.schedule(document, rest);
      }),
      workspace.onDidCloseTextDocument((document) => this.forget(document)),
      // Rules may have other thresholds now.
      onSettings(() => {
        for (const document of this.open.keys()) this.schedule(document, 0);
      }),
    );
    for (const document of workspace.textDocuments) this.schedule(document, 0);
  }

  private schedule(document: vscode.TextDocument, delay: number): void {
    // Old versions in a diff are not the person's to mend.
    if (!isNetworkFile(document.uri) || document.uri.scheme === 'git') return;
    const watched = this.open.get(document) ?? {};
    this.open.set(document, watched);
    clearTimeout(watched.timer);
    watched.timer = setTimeout(() => {
      this.check(document).catch((error: unknown) => this.log.error(error instanceof Error ? error : String(error)));
    }, delay);
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    const { version } = document;
    const text = document.getText();
    const { problems, dataPath } = await findProblems(text, document.uri, this.data, readSettings().rules);
    // Its text has changed meanwhile, or nobody looks at it any more.
    if (document.version !== version || !this.open.has(document)) return;
    this.watchData(document, dataPath);
    this.open.get(document)!.found = { version, problems };
    this.publish(document);
  }

  /** Shows what rules found in runs beside what is wrong with the files: those that designers show of each document now. */
  showRuns(of: (document: vscode.TextDocument) => readonly RunFinding[]): void {
    for (const [document, watched] of this.open) {
      const now = of(document);
      if (JSON.stringify(now) === JSON.stringify(watched.live ?? [])) continue;
      watched.live = now;
      this.publish(document);
    }
  }

  private publish(document: vscode.TextDocument): void {
    const { found, live = [] } = this.open.get(document) ?? {};
    const problems = [...(found?.problems.filter(isOurs) ?? []), ...located(live, document.getText())];
    this.collection.set(
      document.uri,
      problems.map((problem) => asDiagnostic(problem, document, this.data)),
    );
  }

  /** What is known to be wrong with a text as it now is; of one that has just changed, what can be told without its data. */
  problemsOf(document: vscode.TextDocument): readonly LocatedProblem[] {
    const { found, live = [] } = this.open.get(document) ?? {};
    const text = document.getText();
    return [...(found?.version === document.version ? found.problems : parse(text).problems), ...located(live, text)];
  }

  /** Checks again when the data file changes. */
  private watchData(document: vscode.TextDocument, path: string | undefined): void {
    const watched = this.open.get(document)!;
    const uri = path === undefined ? undefined : this.data.uri(document.uri, path);
    if (uri?.toString() === watched.data?.uri) return;
    watched.data?.watcher.dispose();
    delete watched.data;
    if (uri) watched.data = { uri: uri.toString(), watcher: watchFile(uri, () => this.schedule(document, rest)) };
  }

  private forget(document: vscode.TextDocument): void {
    const watched = this.open.get(document);
    if (!watched) return;
    clearTimeout(watched.timer);
    watched.data?.watcher.dispose();
    this.open.delete(document);
    this.collection.delete(document.uri);
  }

  dispose(): void {
    this.listeners.dispose();
    for (const document of [...this.open.keys()]) this.forget(document);
    this.collection.dispose();
  }
}

/** All problems of a network file; more drawn points than could go wrong are described, not drawn. */
async function findProblems(
  text: string,
  uri: vscode.Uri,
  data: DataFiles,
  rules: RuleOptions | undefined,
): Promise<{ problems: readonly LocatedProblem[]; dataPath?: string }> {
  const { network, problems } = parse(text);
  if (!network) return { problems };
  const drawn = describeData(network.data);
  if (drawn && drawn.samples > manySamples) {
    const { graph, problems: unfit } = infer(network, drawn);
    return {
      problems: [...problems, ...[...unfit, ...(graph ? ruleProblems({ graph }, rules) : [])].map(locator(text))],
    };
  }
  let tooLarge = false;
  const checked = await checkNetwork(
    text,
    async (path) => {
      try {
        return await data.read(uri, path, longestData);
      } catch (error) {
        tooLarge = error instanceof TooLarge;
        throw error;
      }
    },
    rules,
  );
  const found = tooLarge ? checked.problems.filter(({ rule }) => rule !== 'data_error') : checked.problems;
  return { problems: found, ...(network.data.path === undefined ? {} : { dataPath: network.data.path }) };
}

/** Findings of a run where the text now has their layer; one of the whole network at its layers. */
function located(findings: readonly RunFinding[], text: string): LocatedProblem[] {
  if (findings.length === 0) return [];
  const place = locator(text);
  const layers = parse(text).network?.layers ?? [];
  return findings.flatMap(({ layer, ...finding }) => {
    const index = layers.findIndex(({ id }) => id === layer);
    return layer !== null && index < 0 ? [] : place({ ...finding, path: index < 0 ? 'layers' : `layers.${index}` });
  });
}

/** Without the JSON service, which a person can turn off, every problem is ours to show. */
const isOurs = ({ rule }: LocatedProblem): boolean =>
  !schemaRules.has(rule) || !vscode.extensions.getExtension('vscode.json-language-features');

/** A fault of the data file is shown where the network names it, with a link to the line at fault. */
function asDiagnostic(problem: LocatedProblem, document: vscode.TextDocument, data: DataFiles): vscode.Diagnostic {
  const { file, line, column, rule, severity, message } = problem;
  const at = file === undefined ? problem : locator(document.getText())({ ...problem, path: 'data.path' });
  const place = file === undefined ? '' : ` (${file}, line ${line})`;
  const diagnostic = new vscode.Diagnostic(rangeOf(document, at), `${message}${place}`, severities[severity]);
  diagnostic.source = 'rectifier';
  diagnostic.code = rule;
  const dataFile = file === undefined ? undefined : data.uri(document.uri, file);
  if (dataFile) {
    const there = new vscode.Location(dataFile, new vscode.Position(line - 1, column - 1));
    diagnostic.relatedInformation = [new vscode.DiagnosticRelatedInformation(there, message)];
  }
  return diagnostic;
}

/** Where a problem is; of one that spans lines, such as a whole layer, only the first is underlined. */
export function rangeOf(document: vscode.TextDocument, { offset, length }: LocatedProblem): vscode.Range {
  const start = document.positionAt(offset);
  const end = document.positionAt(offset + length);
  return new vscode.Range(start, end.line === start.line ? end : document.lineAt(start.line).range.end);
}
