import * as l10n from '@vscode/l10n';
import type { Fix } from '../engine/spec/fix.ts';
import { grouped } from './byId.ts';
import { count } from './format.ts';

/** What is said of a layer, or of the whole network. */
export interface Said {
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly layer?: string | undefined;
  /** What its rule offers, by the places of layers. */
  readonly offered: readonly Fix[];
}

/** What one rule says of more layers than this is one line, until all are asked for. */
const most = 3;

/** Everything that is said, in its order; what one rule says of many layers as the first of it, which then speaks for all. */
export function folded<T extends Said>(items: readonly T[]): T[] {
  const alike = grouped(items, ({ rule, severity, layer }) => layer && `${severity} ${rule}`);
  const said = new Set<unknown>();
  return items.flatMap((item) => {
    const group = alike.get(`${item.severity} ${item.rule}`) ?? [];
    if (item.layer === undefined || group.length <= most) return [item];
    if (said.has(group)) return [];
    said.add(group);
    const message = l10n.t('In {0} layers: {1}', count(group.length), item.message);
    return [{ ...item, message, offered: item.offered.flatMap((fix) => fixOfAll(fix, item.layer!, group) ?? []) }];
  });
}

/** The fix of one layer made in each layer of which the same is said; undefined where one of them is not mended like that. */
function fixOfAll(fix: Fix, layer: string, group: readonly Said[]): Fix | undefined {
  const form = formOf(fix);
  const all = group.map(({ offered }) => offered.find((other) => formOf(other) === form));
  if (form === undefined || all.some((other) => !other)) return undefined;
  const set = Object.assign({}, ...all.map((other) => other?.set)) as Record<string, unknown>;
  return { title: fix.title.replace(`"${layer}"`, l10n.t('{0} layers', count(group.length))), set };
}

/** What a fix does, whatever the layer. */
const formOf = ({ set, insert }: Fix): string | undefined =>
  set && !insert
    ? JSON.stringify(Object.entries(set).map(([path, value]) => [path.replace(/^layers\.\d+/, 'layers'), value]))
    : undefined;
