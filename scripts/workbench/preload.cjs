/** Loaded into VS Code's server before anything else. */
'use strict';

// The server ends with the process that started it, however that one ended: nothing is left running behind a killed terminal.
const owner = Number(process.env.RECTIFIER_SERVER_OWNER);
setInterval(() => {
  try {
    process.kill(owner, 0);
  } catch {
    try {
      process.kill(-process.pid, 'SIGKILL'); // the server leads a process group that holds its extension hosts
    } finally {
      process.exit(1);
    }
  }
}, 1000).unref();

// Cross-origin isolation for the whole workbench: what `code --enable-coi` gives on the desktop.
if (process.env.RECTIFIER_SERVER_ISOLATED) {
  const { ServerResponse } = require('node:http');
  const original = ServerResponse.prototype.writeHead;
  ServerResponse.prototype.writeHead = function (...args) {
    this.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    this.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    this.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    return original.apply(this, args);
  };
}
