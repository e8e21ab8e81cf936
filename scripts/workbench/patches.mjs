/** What an installed VS Code server needs changed to behave like the desktop, and stand-ins for two native modules. */
import fs from 'node:fs/promises';
import path from 'node:path';

/**
 * Webviews get origins of their own, as on the desktop; the stock web build serves them from the workbench's.
 * @param {string} vscode the server's folder
 */
export async function patchServer(vscode) {
  const file = path.join(vscode, 'out', 'server-main.js');
  let text = await fs.readFile(file, 'utf8');
  text = replaceOnce(
    text,
    /webviewEndpoint:(\w+\+"\/out\/vs\/workbench\/contrib\/webview\/browser\/pre")/,
    'webviewEndpoint:process.env.RECTIFIER_WEBVIEW_ENDPOINT||$1',
  );
  // settings that the page knows from its first moment: those in a file come only when the connection stands
  text = replaceOnce(
    text,
    /enableWorkspaceTrust:(!this\._environmentService\.args\["disable-workspace-trust"\])/,
    'configurationDefaults:JSON.parse(process.env.RECTIFIER_SETTINGS||"{}"),enableWorkspaceTrust:$1',
  );
  text = replaceOnce(
    text,
    /frame-src 'self' https:\/\/\*\.vscode-cdn\.net data:;/,
    "frame-src 'self' https://*.vscode-cdn.net http://*.localhost:* data:;",
  );
  // the token guards the workbench's origin; the webviews' frames, on theirs, hold no cookie and load nothing but this folder
  text = replaceOnce(
    text,
    /if\((!\w+\(this\._connectionToken,\w+,\w+\.searchParams\))\)(return \w+\(\w+,\w+,403,"Forbidden\."\);if\((\w+)==="\/vscode-remote-resource")/,
    'if(!$3.startsWith("/static/out/vs/workbench/contrib/webview/browser/pre/")&&$1)$2',
  );
  await fs.writeFile(file, text);
}

/** @param {string} text @param {RegExp} pattern @param {string} replacement */
function replaceOnce(text, pattern, replacement) {
  const count = text.match(new RegExp(pattern, 'g'))?.length ?? 0;
  if (count !== 1)
    throw new Error(`VS Code's server has ${count} places like ${pattern}, not one: the patch needs a new anchor.`);
  return text.replace(pattern, replacement);
}

/** Without these two the extension host fills its console with errors: log files, and a watch on the parent process. */
export const standIns = {
  '@vscode/spdlog/index.js': `
const fs = require('fs'), path = require('path');
const names = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
class Logger {
  constructor(kind, name, file) { this.file = file; this.level = 2; this.raw = false; fs.mkdirSync(path.dirname(file), { recursive: true }); }
  write(level, message) {
    if (level < this.level) return;
    const time = new Date().toISOString().replace('T', ' ').slice(0, 23);
    try { fs.appendFileSync(this.file, this.raw ? message : time + ' [' + names[level] + '] ' + message + '\\n'); } catch {}
  }
  trace(m) { this.write(0, m); } debug(m) { this.write(1, m); } info(m) { this.write(2, m); }
  warn(m) { this.write(3, m); } error(m) { this.write(4, m); } critical(m) { this.write(5, m); }
  getLevel() { return this.level; } setLevel(level) { this.level = level; }
  setPattern() {} clearFormatters() { this.raw = true; } flush() {} drop() {}
}
exports.version = 11001;
exports.setLevel = exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = exports.createAsyncRotatingLogger = async (name, file) => new Logger('rotating', name, file);
`,
  '@vscode/native-watchdog/index.js': `
exports.start = (pid) => void setInterval(() => {
  try { process.kill(pid, 0); } catch (error) { if (error.code === 'ESRCH') process.exit(87); }
}, 3000).unref();
exports.exit = (code) => process.exit(code || 0);
`,
};
