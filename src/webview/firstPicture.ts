import * as l10n from '@vscode/l10n';
import { render } from 'lit';
import { correction } from '../engine/spec/correction.ts';
import { keepListFocus } from './designer/keys.ts';
import type { DocumentState, Drawing } from './document.ts';
import { frame } from './frame.ts';
import type { FirstText, Sketch } from './hostProtocol.ts';
import { ofFile, type Item, type Offer } from './problems.ts';
import { firstShown, roomIn } from './shown.ts';
import { ShownFile } from './shownFile.ts';
import type { Panel } from './store.ts';
import type { View } from './view.ts';

/** What the first picture leaves to the panel that takes its place. */
export interface Left {
  readonly view: View;
  /** What was asked for meanwhile, to be done when it can be. */
  readonly asked: { name: (typeof remembered)[number]; arguments: readonly unknown[] }[];
}

/** What a person may ask of the first picture that only the program can do. */
const remembered = [
  ...(['command', 'compareRuns', 'removeSelected', 'setBackend'] as const),
  ...(['setBatchSize', 'setLearningRate', 'setSeed'] as const),
] satisfies (keyof Panel)[];
/** What comes to nothing for so long. */
const ignored = [
  ...(['focusUnit', 'hoverUnit', 'moveLayer', 'openAutopsy', 'openPalette', 'openText', 'setDrag'] as const),
] satisfies (keyof Panel)[];

/** As much of a panel as its drawing asks about before anything is known but the file. */
class FirstPicture extends ShownFile {
  readonly settings = { backend: 'auto' };
  readonly training = { run: undefined, state: 'idle', running: false, outdated: false, stepless: false };
  readonly announced = l10n.t('Not trained yet');
  readonly preview = undefined;
  readonly runOf = (): undefined => undefined;
  readonly before = (): undefined => undefined;
  readonly whenDrawn = (act: () => void): void => act();

  readonly asked: Left['asked'][number][] = [];

  constructor(
    readonly fileName: string,
    override readonly document: DocumentState,
    private readonly place: HTMLElement,
  ) {
    super();
    for (const name of remembered)
      Object.assign(this, { [name]: (...given: unknown[]) => void this.asked.push({ name, arguments: given }) });
    for (const name of ignored) Object.assign(this, { [name]: () => false });
    for (const type of ['copy', 'cut', 'paste']) place.addEventListener(type, (event) => event.stopPropagation(), true);
  }

  get found(): readonly Item[] {
    return this.document.problems.map((problem) => {
      const fix = correction(problem);
      return ofFile(problem, this.drawing, fix ? [offer(fix)] : []);
    });
  }

  offersOf({ offered }: Item): readonly Offer[] {
    return offered.map(offer);
  }

  /** Selecting and looking needs no more than this. */
  readonly changed = (): void => this.draw();

  draw(): void {
    const { drawing } = this;
    if (!drawing) return;
    const panel = this as unknown as Panel;
    const focus = keepListFocus();
    if (!roomIn(this.place)) render(frame(panel, drawing, undefined), this.place);
    render(frame(panel, drawing, roomIn(this.place)), this.place);
    focus();
  }
}

const offer = ({ title }: { title: string }): Offer => ({ title, enabled: true, apply: () => undefined });

/** `label`: what a type of layers is called, the tables being in English. */
const drawingOf = ({ network, data, graph, layers, rows }: Sketch, label: (english: string) => string): Drawing =>
  ({
    network,
    written: {},
    layers: layers.map((drawn, index) => {
      const layer = network.layers[index]!;
      const row = rows[layer.type]!;
      return { ...drawn, index, layer, row: { ...row, label: label(row.label) }, written: {} };
    }),
    ...(data ? { data } : {}),
    ...(graph ? { graph } : {}),
  }) as unknown as Drawing;

const json = (id: string): unknown => JSON.parse(document.getElementById(id)?.textContent ?? 'null');

/**
 * Draws the network of a file that is being opened before the page's program is there, by the functions it will be drawn by, from what the host has read. The
 * program is fetched once the page may be shown, and read once it has been.
 */
function begin(): void {
  const { nonce } = document.currentScript!;
  const source = document.body.dataset['program']!;
  addEventListener(
    'load',
    () => {
      document.head.append(
        Object.assign(document.createElement('link'), { rel: 'preload', as: 'script', href: source, nonce }),
      );
      void firstShown().then(() => {
        document.body.append(Object.assign(document.createElement('script'), { src: source, nonce }));
      });
    },
    { once: true },
  );
  const bundle = json('bundle') as Record<string, string> | null;
  if (bundle) l10n.config({ contents: bundle });
  const { fileName, text, version } = json('first') as FirstText;
  const sketch = json('sketch') as Sketch;
  const drawing = drawingOf(sketch, (label) => bundle?.[label] ?? label);
  const shown = { text, version, current: true, newerVersion: false, empty: false };
  const place = document.createElement('div');
  place.id = 'first-picture';
  const picture = new FirstPicture(fileName, { ...shown, problems: sketch.problems, drawing }, place);
  document.body.append(Object.assign(place, { left: { view: picture.view, asked: picture.asked } satisfies Left }));
  picture.draw();
}

begin();
