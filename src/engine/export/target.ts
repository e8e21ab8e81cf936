import * as l10n from '@vscode/l10n';
import type { Graph, GraphLayer } from '../graph.ts';
import type { Plan } from '../plan/plan.ts';
import type { Network } from '../spec/network.ts';
import type { KnownData } from '../weights/metadata.ts';
import type { TensorFile } from '../weights/safetensors.ts';

/** What an export of the network alone is made from; without a graph where the data is not there. */
export interface ExportSource {
  readonly network: Network;
  readonly graph?: Graph;
}

/** What an export with weights is made from. */
export interface ExportModel extends ExportSource, TensorFile {
  readonly graph: Graph;
  readonly plan: Plan;
  /** Columns, classes and the fitted input scaling: x becomes (x − shift) ÷ divisor, column (or channel) by column. */
  readonly known: KnownData;
}

/** Files by how their names end: the one asked for is '', those beside it have its name with this in place of its extension. */
export type ExportFiles = Readonly<Record<string, string | Uint8Array>>;

interface TargetRow {
  /** As `--to` names it. */
  readonly id: string;
  /** As the editor's list shows it. */
  readonly label: () => string;
  readonly detail: () => string;
  /** Stands in place of `.nn.json`. */
  readonly extension: string;
  /** How the files beside the one asked for end, each in place of its extension; known before any work is done. */
  readonly beside?: readonly string[];
}

/**
 * A form a network can be turned into. `make` throws ExportError for what it can't express; `stem` is the asked file's name without
 * folder and extension.
 */
export type ExportTarget =
  | (TargetRow & { readonly holds: 'network'; readonly make: (source: ExportSource, stem: string) => ExportFiles })
  | (TargetRow & { readonly holds: 'weights'; readonly make: (model: ExportModel, stem: string) => ExportFiles });

/** Something a target can't express: the message says where, why and what to do; `path` as in problems. */
export class ExportError extends Error {
  constructor(
    message: string,
    readonly path = 'layers',
  ) {
    super(message);
  }
}

/** For a layer that a target has no words for: `why` and `remedy` are whole sentences. */
export const inexpressible = ({ network }: Graph, { layer }: GraphLayer, why: string, remedy: string): ExportError =>
  new ExportError(
    l10n.t('"{0}" can\'t be exported. {1} {2}', layer.id, why, remedy),
    `layers.${network.layers.indexOf(layer)}`,
  );
