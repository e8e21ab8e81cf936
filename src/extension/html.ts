/* eslint-disable rectifier/words -- markup, none of it is read by a person */
import * as vscode from 'vscode';
import type { FirstText } from '../webview/hostProtocol.ts';

/** What every page of ours runs and looks like. Written into the page: what a page asks for comes by way of a service worker and the server. */
export interface PageFiles {
  readonly script: string;
  readonly styles: string;
}

let files: Promise<PageFiles> | undefined;

/** Read once, as `npm run build` left them. */
export function readPageFiles(extensionUri: vscode.Uri): Promise<PageFiles> {
  const read = async (name: string) =>
    new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'dist', name)));
  files ??= Promise.all([read('webview.js'), read('webview.css')]).then(([script, styles]) => ({ script, styles }));
  return files;
}

/**
 * The page of a panel: nothing but our own script and styles may load, and nothing may be reached over the network. `first` is what it shows at once,
 * before it and the extension host have spoken to each other.
 */
export function pageHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { script, styles }: PageFiles,
  page: 'designer' | 'runs',
  first?: FirstText,
): string {
  const nonce = crypto.randomUUID();
  const resource = (...path: string[]) => webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...path)).toString();
  // `worker-src blob:` and `'wasm-unsafe-eval'` are for the training worker, which is started from a blob and compiles wasm.
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'wasm-unsafe-eval'`,
    'worker-src blob:',
    `connect-src ${webview.cspSource}`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `img-src ${webview.cspSource} data: blob:`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  const { bundle } = vscode.l10n;
  return `<!DOCTYPE html>
<html lang="${bundle ? vscode.env.language : 'en'}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rectifier ${page}</title>
<style nonce="${nonce}">${styles}</style>
</head>
<body data-page="${page}" data-worker="${resource('dist', 'worker.js')}">
${bundle ? json('bundle', bundle) : ''}
${first ? json('first', first) : ''}
<script nonce="${nonce}">${script}</script>
</body>
</html>`;
}

/** Values for the page's script, in an element of that id. */
const json = (id: string, value: object): string =>
  `<script type="application/json" id="${id}">${JSON.stringify(value).replaceAll('<', '\\u003c')}</script>`;

/** What a page may load files from. */
export const resourceRoots = (extensionUri: vscode.Uri): vscode.Uri[] =>
  ['dist', 'media'].map((folder) => vscode.Uri.joinPath(extensionUri, folder));
