import { render } from 'lit';
import { app } from './app.ts';
import { keepListFocus } from './designer/keys.ts';
import { enter } from './controls.ts';
import { Host } from './host.ts';
import type { FirstText } from './hostProtocol.ts';
import { layoutOf } from './designer/diagram.ts';
import { wants } from './look/wants.ts';
import { Panel } from './store.ts';
import { watchTheme } from './theme.ts';

/** Begins the page of a designer. */
export function startDesigner(): void {
  /** Of the diagram; none before it is first drawn. */
  let room: { width: number; height: number } | undefined;
  let measured: Element | null = null;
  /** The network is on the screen: now for everything around it, and for the worker. */
  let begun = false;

  /** The diagram is laid out for the room it has: another size draws again. Told by the browser, since to ask for it would hold up each drawing. */
  const observer = new ResizeObserver(([entry]) => {
    if (!entry) return;
    const [width, height] = [Math.floor(entry.contentRect.width), Math.floor(entry.contentRect.height)];
    if (width === room?.width && height === room.height) return;
    room = { width, height };
    panel.changed();
  });

  function draw(): void {
    const focus = keepListFocus();
    render(app(panel, room, begun), document.body);
    const scroll = document.querySelector('.diagram-scroll');
    if (scroll && !room) {
      // Measured while it is empty, which is quickly done, and not drawn twice.
      const { width, height } = scroll.getBoundingClientRect();
      room = { width: Math.floor(width), height: Math.floor(height) };
      render(app(panel, room, begun), document.body);
    }
    focus();
    if (scroll !== measured) {
      observer.disconnect();
      if (scroll) observer.observe(scroll);
      measured = scroll;
    }
    if (panel.drawing && room) panel.training.look(wants(panel, layoutOf(panel, panel.drawing, room).level));
  }

  const host = new Host((message) => panel.receive(message));
  const shown = firstShown();
  const panel = new Panel(host, draw, shown);

  addEventListener('resize', panel.changed);
  addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey, shiftKey, target }) => {
    if (key !== 's' || !(ctrlKey || metaKey) || altKey || shiftKey) return;
    if (target instanceof HTMLInputElement && enter(target)) panel.saveEntered();
  });
  watchTheme(panel.changed);
  const first = document.getElementById('first')?.textContent;
  // Drawn before the page is shown, which VS Code does once it has loaded: the first frame that is seen has the network in it.
  if (first) {
    panel.begin(JSON.parse(first) as FirstText);
    draw();
  }
  void shown.then(() => {
    begun = true;
    panel.changed();
    requestIdleCallback(() => panel.training.warm());
  });
  host.ready();
}

/** A page that nobody sees has no frames: it goes on without, after so many milliseconds. */
const patience = 500;

/** Resolves when the page's first frame is on its way to the screen. */
const firstShown = (): Promise<void> =>
  new Promise((resolve) => {
    const loaded = () => {
      requestAnimationFrame(() => setTimeout(resolve));
      setTimeout(resolve, patience);
    };
    if (document.readyState === 'complete') loaded();
    else addEventListener('load', loaded);
  });
