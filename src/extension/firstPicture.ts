import * as vscode from 'vscode';
import type { Picture } from './html.ts';

/** A longer text is left to the page, which need not wait then for the host to read it as well. In letters; a hundred layers have some thousands. */
const longest = 2 ** 18;

let parts: Promise<readonly [script: string, style: string]> | undefined;

/**
 * The first picture of a text; undefined where there is none to draw. Read and worked out while VS Code makes the page, which takes longer: the text of a
 * hundred layers takes some 20 ms.
 */
export async function firstPicture(extensionUri: vscode.Uri, text: () => string): Promise<Picture | undefined> {
  if (text().length > longest) return undefined;
  const read = async (name: string) =>
    new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'dist', name)));
  parts ??= Promise.all([read('firstPicture.js'), read('webview.css')]);
  const [[script, style], { sketchOf }] = await Promise.all([parts, import('../webview/sketch.ts')]);
  const sketch = sketchOf(text());
  return sketch && { sketch, script, style };
}
