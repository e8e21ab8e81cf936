import type { DataShape } from '../engine/data/dataset.ts';
import type { Graph, GraphLayer } from '../engine/graph.ts';
import type { LayerRow, Shape } from '../engine/layers/index.ts';
import type { RuleOptions } from '../engine/rules/index.ts';
import type { TextEdit } from '../engine/spec/edit.ts';
import type { Field } from '../engine/spec/fields.ts';
import type { Fix } from '../engine/spec/fix.ts';
import type { Network } from '../engine/spec/network.ts';
import type { LocatedProblem, Severity } from '../engine/spec/problems.ts';
import type { RunHead } from '../engine/training/runFile.ts';

/** Messages between the panel and the extension host. The text document is the only model of the network. */

export interface Settings {
  readonly backend: 'auto' | 'wasm' | 'webgpu';
  readonly metricsPerSecond: number;
  /** Thresholds of rules the person has set. */
  readonly rules?: RuleOptions;
  /** Training pauses itself when a rule of this severity fires, or a unit dies. */
  readonly pauseOn?: 'warning' | 'error' | 'death';
}

/** A run as the host keeps it: the page may vanish at any time. */
export interface KeptRun {
  /** Its name, of letters, digits, `-` and `_`. */
  readonly run: string;
  readonly state: 'running' | 'paused' | 'ended';
  /** The network file's text it was started with. */
  readonly text: string;
  /** What the panel shows of it, for the panel alone to read. */
  readonly record: string;
  readonly step: number;
  /** A safetensors file. */
  readonly checkpoint: Uint8Array;
}

export type RunCommand = 'train' | 'pause' | 'step' | 'reset';

/** A document as it was when its page was written; a page of an older text than `init` brings is drawn anew. */
export interface FirstText {
  readonly fileName: string;
  readonly text: string;
  readonly version: number;
}

/**
 * What a network's first picture shows, worked out by the host while VS Code makes the page: the page draws it before it has read the program that
 * reads network files.
 */
export interface Sketch {
  readonly network: Network;
  readonly data?: DataShape;
  readonly graph?: Pick<Graph, 'loss' | 'parameterCount' | 'multiplyAdds'>;
  /** Of each layer its own keys in the file, and what its shape tells. */
  readonly layers: readonly {
    readonly written: Readonly<Record<string, unknown>>;
    readonly shapeText: string;
    readonly shape?: Shape;
    readonly graph?: Pick<GraphLayer, 'units' | 'parameterCount'>;
  }[];
  /** What is drawn of each type of layer there is. */
  readonly rows: Readonly<
    Record<
      string,
      Pick<LayerRow, 'type' | 'label' | 'unitsField'> & { fields: Record<string, { control: Field['control'] }> }
    >
  >;
  readonly problems: readonly LocatedProblem[];
}

export type ToWebview =
  /** Answers `ready` with the whole first state. */
  | {
      type: 'init';
      fileName: string;
      text: string;
      version: number;
      readOnly: boolean;
      settings: Settings;
      /** The run to show again; with state `running` it goes on at once. */
      kept?: KeptRun;
    }
  /** The document as it now is, after any edit, the panel's own included. */
  | { type: 'document'; text: string; version: number }
  /** An edit was made on an older version: nothing was changed; `document` follows. */
  | { type: 'editRefused'; reason: string }
  | { type: 'settings'; settings: Settings }
  /** A command from the palette or a key. `toggle`: Ctrl+Enter. */
  | { type: 'command'; command: RunCommand | 'toggle' }
  /** Answers `readData`; the bytes, or why there are none. */
  | { type: 'data'; request: number; bytes?: Uint8Array; error?: string }
  /** Answers `chooseFile`: the path as seen from the network file; none where the person chose none. */
  | { type: 'chosen'; request: number; path?: string }
  /** A file that `data` names was made, written or removed: what was read of it no longer holds. */
  | { type: 'dataChanged' }
  /** Answered with `keepRun` if there is a run: the page is about to go. */
  | { type: 'keepNow' }
  /** The person types in another editor. */
  | { type: 'typing' }
  /** A `keepRun` has been written, or could not be. */
  | { type: 'kept' }
  /** Answered with `diagnostics`. */
  | { type: 'describeBackends'; request: number };

/** What a rule found in a run, as VS Code's Problems show it. */
export interface RunFinding {
  readonly severity: Severity;
  readonly rule: string;
  /** The layer it speaks of; null for the whole network. */
  readonly layer: string | null;
  readonly message: string;
  readonly fixes: readonly Fix[];
  /** Ids of the run's layers, which its fixes name by their places. */
  readonly layers: readonly string[];
}

export type FromWebview =
  /** `run`: what this page trained before it was loaded again. */
  | { type: 'ready'; run?: string }
  /** A piece of a run's checkpoint, from the byte at `at` on; `keepRun` brings the last one. */
  | { type: 'keepPart'; run: string; at: number; bytes: Uint8Array }
  /** Answered with `kept`. Of the checkpoint what pieces have not brought, from `at` on: all of it when left out. */
  | ({ type: 'keepRun'; at?: number } & KeptRun)
  /** What there is of a run, to be written down in place of what was there of it; `lines` are its events. */
  | { type: 'recordRun'; head: Omit<RunHead, 'document'>; lines: string }
  /** Reset: the run is not to be shown again. */
  | { type: 'forgetRun'; run: string }
  /** One gesture, one undo step; made on the document's `version`. */
  | { type: 'edit'; version: number; edits: TextEdit[]; label: string }
  /** What was typed into a field as Ctrl+S was pressed is in the document now; VS Code's own save came before it. */
  | { type: 'save' }
  /** A file that `data` names. */
  | { type: 'readData'; request: number; path: string }
  /** Lets the person choose a data file, or a folder of pictures. */
  | { type: 'chooseFile'; request: number; kind: 'file' | 'folder' }
  | { type: 'saveBackend'; backend: Settings['backend'] }
  /** For the status bar and the commands' enablement. `text` as the panel's status says it. */
  | { type: 'status'; state: 'idle' | 'preparing' | 'running' | 'paused' | 'ended'; text: string }
  /** All that the rules found in the run; none once the file is another network. */
  | { type: 'findings'; findings: readonly RunFinding[] }
  | { type: 'openText'; offset?: number }
  | { type: 'openExperiment' }
  | { type: 'compareRuns' }
  /** A chart's picture or numbers; the person says where. `name` is a file name. */
  | { type: 'saveFile'; name: string; bytes: Uint8Array }
  | { type: 'log'; level: 'info' | 'warning' | 'error'; message: string }
  | { type: 'diagnostics'; request: number; text: string };
