import * as vscode from 'vscode';
import type { RuleOptions } from '../engine/rules/index.ts';
import type { Settings } from '../webview/hostProtocol.ts';

const section = 'rectifier';
const backends: readonly Settings['backend'][] = ['auto', 'wasm', 'webgpu'];

/** The person's settings; what a settings file has wrong is replaced by the default. */
export async function readSettings(): Promise<Settings> {
  const configuration = vscode.workspace.getConfiguration(section);
  const backend = configuration.get<Settings['backend']>('backend');
  const changed = await changedRules(configuration);
  const pauseOn = configuration.get<unknown>('pauseOn');
  const rate = Number(configuration.get('metricsPerSecond'));
  return {
    backend: backend && backends.includes(backend) ? backend : 'auto',
    metricsPerSecond: rate >= 1 ? Math.min(rate, 60) : 10,
    ...(pauseOn === 'warning' || pauseOn === 'error' || pauseOn === 'death' ? { pauseOn } : {}),
    ...(Object.keys(changed).length > 0 ? { rules: changed } : {}),
  };
}

/** Thresholds of rules that the person has set to something else, by rule. */
async function changedRules(configuration: vscode.WorkspaceConfiguration): Promise<RuleOptions> {
  const { limitsOf, rules } = await import('../engine/rules/index.ts');
  const changed = rules.flatMap((rule) => {
    const own = Object.keys(rule.thresholds).flatMap((name) => {
      const value = configuration.get(`rules.${rule.id}.${name}`);
      return typeof value === 'number' && value !== rule.thresholds[name]!.value ? [[name, value] as const] : [];
    });
    return own.length > 0 ? [[rule.id, limitsOf(rule, { [rule.id]: Object.fromEntries(own) })] as const] : [];
  });
  return Object.fromEntries(changed);
}

/** Calls back when a setting has changed. */
export const onSettings = (listener: (settings: Settings) => void): vscode.Disposable =>
  vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(section)) void readSettings().then(listener);
  });

/** Keeps the backend chosen in a panel, for every network. */
export async function saveBackend(backend: Settings['backend']): Promise<void> {
  await vscode.workspace.getConfiguration(section).update('backend', backend, vscode.ConfigurationTarget.Global);
}

/** Where the person wants recorded runs, relative to the workspace's first folder; undefined where they go to the workspace's storage. */
export function runsFolder(): string | undefined {
  const path = vscode.workspace.getConfiguration(section).get<unknown>('runsFolder');
  return typeof path === 'string' && path.trim() !== '' ? path.trim() : undefined;
}

/** Calls back when recorded runs are to be somewhere else. */
export const onRunsFolder = (listener: () => void): vscode.Disposable =>
  vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${section}.runsFolder`)) listener();
  });
