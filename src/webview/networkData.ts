import { dataProblem, promisedData } from '../engine/check.ts';
import { DataError, type ReadFile } from '../engine/data/dataset.ts';
import { formatOf } from '../engine/data/file.ts';
import { arrayNames } from '../engine/data/npz.ts';
import { describeData, loadData } from '../engine/data/load.ts';
import { factsOf } from '../engine/rules/facts.ts';
import type { Network } from '../engine/spec/network.ts';
import { preview, type Preview } from './designer/preview.ts';
import type { DataState } from './document.ts';

/** Most samples of a drawn source that are drawn for its picture. */
const most = 2000;

const fileOf = ({ path, format }: Network['data']): string => JSON.stringify([path, format]);

/** What the file itself says of its data. */
export function saidOfData(network: Network): DataState {
  const shape = describeData(network.data) ?? promisedData(network);
  return { ...(shape ? { shape } : {}), loading: network.data.source === 'file', problems: [] };
}

/** What is known of the data a network asks for: at once what the file itself says, and the rest once it has been read. */
export class NetworkData {
  /** A few samples to draw. */
  preview: Preview | undefined;
  private known: { key: string; state: DataState } | undefined;
  /** The columns of the file that was read last, or its arrays: a target that is not among them is chosen anew from these. */
  private table: ({ file: string } & Pick<DataState, 'columns' | 'arrays'>) | undefined;

  constructor(
    private readonly readFile: ReadFile,
    /** More is known now. */
    private readonly changed: () => void,
    /** Nothing is read or drawn before. */
    private readonly shown: Promise<void> = Promise.resolve(),
  ) {}

  get loading(): boolean {
    return this.known?.state.loading === true;
  }

  /** What is known now. Data asked for the first time is read, once for all edits that leave it alone. */
  of(network: Network): DataState {
    const key = JSON.stringify([network.data, network.seed]);
    if (this.known?.key !== key) {
      this.known = { key, state: { ...saidOfData(network), ...this.columnsOf(network) } };
      void this.load(network, key);
    }
    return this.known.state;
  }

  /** The file behind the data is another one now. */
  forget(): void {
    this.known = undefined;
  }

  private columnsOf({ data }: Network): Pick<DataState, 'columns' | 'arrays'> {
    if (this.table?.file !== fileOf(data)) return {};
    const { file: _, ...known } = this.table;
    return known;
  }

  private async load(network: Network, key: string): Promise<void> {
    await this.shown;
    // Of drawn data only a picture is needed here.
    const spec = { ...network.data, samples: Math.min(network.data.samples, most) };
    // The names in a file of arrays are known before the arrays are: it may be that none was asked for rightly.
    const file = fileOf(network.data);
    const readFile = async (path: string) => {
      const bytes = await this.readFile(path);
      if (path === spec.path && (spec.format ?? formatOf(path)) === 'npz')
        this.table = { file, arrays: arrayNames(bytes) };
      return bytes;
    };
    let state: DataState;
    let picture: Preview | undefined;
    try {
      const dataset = await loadData(spec, network.seed, readFile);
      const { inputShape, task, outputs, classes, fileColumns: columns } = dataset;
      if (columns) this.table = { file, columns };
      const samples = network.data.source === 'file' ? dataset.samples : network.data.samples;
      // The samples themselves are not kept: shapes and a picture and a few facts are all that stays.
      picture = preview(dataset, spec.source);
      state = {
        shape: { inputShape, task, outputs, samples, ...(classes ? { classes } : {}) },
        facts: factsOf(dataset),
        ...this.columnsOf(network),
        loading: false,
        problems: dataset.messages.map((message) => ({ severity: 'info', rule: 'data_note', message, path: 'data' })),
      };
    } catch (error) {
      const shape = this.known?.state.shape;
      const reason = error instanceof DataError ? error : new DataError(String(error), 'data');
      state = {
        ...(shape ? { shape } : {}),
        ...this.columnsOf(network),
        loading: false,
        problems: [dataProblem(reason)],
      };
    }
    // Another network may have been asked about meanwhile.
    if (this.known?.key !== key) return;
    this.preview = picture;
    this.known = { key, state };
    this.changed();
  }
}
