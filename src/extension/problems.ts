import * as vscode from 'vscode';
import { checkNetwork } from '../engine/check.ts';
import { describeData } from '../engine/data/load.ts';
import { infer } from '../engine/graph.ts';
import { ruleProblems, type RuleOptions } from '../engine/rules/index.ts';
import { correction } from '../engine/spec/correction.ts';
import type { TextEdit } from '../engine/spec/edit.ts';
import { fixEdits, followed } from '../engine/spec/fix.ts';
import { locator, parse } from '../engine/spec/parse.ts';
import type { LocatedProblem } from '../engine/spec/problems.ts';
import type { RunFinding } from '../webview/hostProtocol.ts';
import { TooLarge, type DataFiles } from './dataFiles.ts';

/** Larger data files are left to the run: reading one would hold up every extension. In bytes. */
const longestData = 16 * 2 ** 20;
/** Drawn data of more samples is never too little for its classes or parts; pictures, which take a thousand times as long to draw, are out of scale only where a range says so. */
const manySamples = 10_000;
const manyPictures = 1000;

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
} as const;

/** All problems of a network file; more drawn points than could go wrong are described, not drawn. */
export async function findProblems(
  text: string,
  uri: vscode.Uri,
  data: DataFiles,
  rules: RuleOptions | undefined,
): Promise<{ found: readonly LocatedProblem[]; dataPaths?: readonly string[] }> {
  const { network, problems } = parse(text);
  if (!network) return { found: problems };
  const drawn = describeData(network.data);
  const arePictures = drawn?.inputShape.length === 3 && network.data.scale.method !== 'minmax';
  if (drawn && drawn.samples > (arePictures ? manyPictures : manySamples)) {
    const { graph, problems: unfit } = infer(network, drawn);
    return {
      found: [...problems, ...[...unfit, ...(graph ? ruleProblems({ graph }, rules) : [])].map(locator(text))],
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
  return { found, dataPaths: [network.data.path, network.data.labels].filter((path) => path !== undefined) };
}

/** Findings of a run where the text now has their layer, with the fixes that still fit; one of the whole network at its layers. */
export function located(findings: readonly RunFinding[], text: string): LocatedProblem[] {
  if (findings.length === 0) return [];
  const place = locator(text);
  const ids = parse(text).network?.layers.map(({ id }) => id) ?? [];
  return findings.flatMap(({ layer, layers, ...finding }) => {
    const index = layer === null ? -1 : ids.indexOf(layer);
    if (layer !== null && index < 0) return [];
    const fixes = finding.fixes.flatMap((fix) => followed(fix, layers, ids) ?? []);
    return place({ ...finding, fixes, path: index < 0 ? 'layers' : `layers.${index}` });
  });
}

/** A fault of the data file is shown where the network names it, with a link to the line at fault. */
export function asDiagnostic(
  problem: LocatedProblem,
  document: vscode.TextDocument,
  data: DataFiles,
): vscode.Diagnostic {
  const { file, line, column, rule, severity, message } = problem;
  const at = file === undefined ? problem : locator(document.getText())({ ...problem, path: 'data.path' });
  const text = file === undefined ? message : vscode.l10n.t('{0} ({1}, line {2})', message, file, line);
  const diagnostic = new vscode.Diagnostic(rangeOf(document, at), text, severities[severity]);
  diagnostic.source = 'rectifier';
  diagnostic.code = rule;
  const dataFile = file === undefined ? undefined : data.uri(document.uri, file);
  if (dataFile) {
    const there = new vscode.Location(dataFile, new vscode.Position(line - 1, column - 1));
    diagnostic.relatedInformation = [new vscode.DiagnosticRelatedInformation(there, message)];
  }
  return diagnostic;
}

/** What can be told of a text without its data. */
export const problemsOfText = (text: string): readonly LocatedProblem[] => parse(text).problems;

/** Where a problem is; of one that spans lines, such as a whole layer, only the first is underlined. */
export function rangeOf(document: vscode.TextDocument, { offset, length }: LocatedProblem): vscode.Range {
  const start = document.positionAt(offset);
  const end = document.positionAt(offset + length);
  return new vscode.Range(start, end.line === start.line ? end : document.lineAt(start.line).range.end);
}

/** What mends a problem, the likeliest to help first. */
export function offers(
  text: string,
  problem: LocatedProblem,
): { readonly title: string; readonly edits: readonly TextEdit[] }[] {
  const meant = correction(problem);
  if (meant) return [{ title: meant.title, edits: [meant.edit] }];
  return (problem.fixes ?? []).map((fix) => ({ title: fix.title, edits: fixEdits(text, fix) }));
}
