/* eslint-disable rectifier/words -- markup, none of it is read by a person */
import * as vscode from 'vscode';
import type { FirstText, Sketch } from '../webview/hostProtocol.ts';

/** What a page draws before its program is there, the script that does so, and all styles. */
export interface Picture {
  readonly sketch: Sketch;
  readonly script: string;
  readonly style: string;
}

/**
 * The page of a panel: nothing but our own script and styles may load, and nothing may be reached over the network. `first` is what it shows at once,
 * before it and the extension host have spoken to each other. The program is asked for, not written into the page: half a megabyte that passes through the
 * workbench and two parsers made opening a file a tenth of a second slower. What draws a picture is written into it: it is a fifth of that, and to ask for
 * anything takes nearly a tenth of a second.
 */
export function pageHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  page: 'designer' | 'runs',
  first?: FirstText,
  picture?: Picture,
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
  const program = resource('dist', 'webview.js');
  const { bundle } = vscode.l10n;
  return `<!DOCTYPE html>
<html lang="${bundle ? vscode.env.language : 'en'}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rectifier ${page}</title>
${picture ? `<style nonce="${nonce}">${picture.style}</style>` : `<link rel="stylesheet" href="${resource('dist', 'webview.css')}">`}
</head>
<body data-page="${page}" data-worker="${resource('dist', 'worker.js')}" data-program="${program}">
${bundle ? json('bundle', bundle) : ''}
${first ? json('first', first) : ''}
${picture ? json('sketch', picture.sketch) : ''}
${picture ? `<script nonce="${nonce}">${picture.script}</script>` : `<script nonce="${nonce}" src="${program}"></script>`}
</body>
</html>`;
}

/** Values for the page's script, in an element of that id. */
const json = (id: string, value: object): string =>
  `<script type="application/json" id="${id}">${JSON.stringify(value).replaceAll('<', '\\u003c')}</script>`;

/** What a page may load files from. */
export const resourceRoots = (extensionUri: vscode.Uri): vscode.Uri[] =>
  ['dist', 'media'].map((folder) => vscode.Uri.joinPath(extensionUri, folder));
