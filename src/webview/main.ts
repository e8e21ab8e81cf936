import './bundle.ts';
import 'uplot/dist/uPlot.min.css';
import '../../media/webview.css';
import { startDesigner } from './startDesigner.ts';
import { startRuns } from './runs/main.ts';
import { registerControls } from './toolkit.ts';

// One script for every page of ours: they share most of what is in it.
if (document.body.dataset['page'] === 'runs') {
  registerControls();
  startRuns();
} else startDesigner(registerControls);
