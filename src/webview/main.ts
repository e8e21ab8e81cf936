import 'uplot/dist/uPlot.min.css';
import '../../media/webview.css';
import { render } from 'lit';
import { app } from './app.ts';
import { registerControls } from './controls.ts';
import { keepListFocus } from './designer/keys.ts';
import { Host } from './host.ts';
import { Panel } from './store.ts';
import { watchTheme } from './theme.ts';

registerControls();

let room = { width: 960, height: 300 };

function draw(): void {
  const focus = keepListFocus();
  render(app(panel, room), document.body);
  focus();
  measure();
}

/** The diagram is laid out for the room it has, which is known once it is drawn: another size draws again. */
function measure(): void {
  const scroll = document.querySelector('.diagram-scroll');
  if (!scroll) return;
  const { clientWidth: width, clientHeight: height } = scroll;
  if (width === room.width && height === room.height) return;
  room = { width, height };
  panel.changed();
}

const host = new Host((message) => panel.receive(message));
const panel = new Panel(host, draw);

addEventListener('resize', panel.changed);
watchTheme(panel.changed);
host.post({ type: 'ready' });
