import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { button, numberField, select } from './controls.ts';
import type { Drawing } from './document.ts';
import { count } from './format.ts';
import type { Settings } from './hostProtocol.ts';
import { styled } from './styled.ts';
import { icon } from './icons.ts';
import type { Panel } from './store.ts';

/** Train, Pause, Step, Reset, where training stands, and the settings people change most. */
export function runBar(panel: Panel, drawing: Drawing): TemplateResult {
  const { training, editable } = panel;
  const ready = panel.trainable !== undefined || training.state === 'paused' || training.running;
  return html`<header class="run-bar" aria-label=${l10n.t('Run')}>
    <span class="group">
      <span class="trains">
        ${button({
          content: training.running
            ? html`${icon('pause')}${l10n.t('Pause')}`
            : html`${icon('play')}${l10n.t('Train')}`,
          appearance: 'primary',
          class: training.running ? 'pausing' : 'train',
          title: ready ? l10n.t('Ctrl+Enter') : l10n.t('The network has errors: see Problems'),
          disabled: !ready,
          click: () => panel.command(training.running ? 'pause' : 'train'),
        })}
        ${
          // There before it is needed: a name that only now and then exists is looked for in vain.
          training.running
            ? nothing
            : button({
                content: icon('pause'),
                label: l10n.t('Pause'),
                appearance: 'icon',
                disabled: true,
                click: () => {},
              })
        }
      </span>
      ${button({
        content: icon('step'),
        label: l10n.t('Step'),
        title: training.stepless
          ? l10n.t('The file changed since this run began: Reset first')
          : l10n.t('Step: one update, then pause'),
        appearance: 'icon',
        disabled: !ready || training.running || training.stepless,
        click: () => panel.command('step'),
      })}
      ${button({
        content: icon('reset'),
        label: l10n.t('Reset'),
        title: l10n.t('Reset: forget the run'),
        appearance: 'icon',
        disabled: training.run === undefined,
        click: () => panel.command('reset'),
      })}
    </span>
    ${where(panel)}
    <div role="status" aria-label=${l10n.t('Training status')} class="visually-hidden">${panel.announced}</div>
    <span class="grow"></span><span class="line-break"></span>
    <span class="group settings">
      <label class="setting"
        >${l10n.t('Learning rate')}
        ${numberField({
          label: l10n.t('Learning rate'),
          value: drawing.network.training.learningRate,
          whole: false,
          minimum: 0,
          title: l10n.t('Size of a step; takes effect in the running training too'),
          class: 'rate',
          disabled: !editable,
          change: (value) => panel.setLearningRate(value),
        })}</label
      >
      <label class="setting">${l10n.t('Batch')} ${batchSize(panel, drawing)}</label>
      <label class="setting"
        >${l10n.t('Seed')}
        ${numberField({
          label: l10n.t('Seed'),
          value: drawing.network.seed,
          whole: true,
          minimum: 0,
          maximum: 2 ** 32 - 1,
          title: l10n.t('Fixes initial weights, split, shuffling and drawn data; takes effect with the next run'),
          class: 'short',
          disabled: !editable,
          change: (value) => panel.setSeed(value),
        })}</label
      >
    </span>
    ${backend(panel)}
    ${button({
      content: icon('runs'),
      label: l10n.t('Compare Runs'),
      title: l10n.t('Compare Runs: every recorded run, and sweeps'),
      appearance: 'icon',
      click: () => panel.compareRuns(),
    })}
    <button
      class="icon-button"
      aria-label=${l10n.t('Inspector')}
      aria-pressed=${panel.view.inspector}
      title=${l10n.t('Show or hide the inspector')}
      @click=${() => {
        panel.view.inspector = !panel.view.inspector;
        panel.changed();
      }}
    >
      ${icon('panel')}
    </button>
    ${progressLine(panel)}
  </header>`;
}

/** "all" is no number: the field is empty then and says so. */
function batchSize(panel: Panel, { network }: Drawing): TemplateResult {
  const { batchSize } = network.training;
  return numberField({
    label: l10n.t('Batch size'),
    value: batchSize === 'all' ? undefined : batchSize,
    whole: true,
    minimum: 1,
    maximum: 2 ** 31 - 1,
    placeholder: batchSize === 'all' ? l10n.t('all') : undefined,
    title: l10n.t('Samples a step looks at; takes effect in the running training too'),
    class: 'short',
    disabled: !panel.editable,
    change: (value) => panel.setBatchSize(value),
  });
}

/** Epoch, step and speed, as they change; a screen reader is told by the status beside them. */
function where(panel: Panel): TemplateResult {
  const { run, state } = panel.training;
  if (!run)
    return html`<span class="standing secondary small">${panel.trainable ? l10n.t('Ready to train') : ''}</span>`;
  if (run.failure)
    return html`<span class="standing error-text small" title=${run.failure.message}
      >${l10n.t('Training failed: {0}', run.failure.message)}</span
    >`;
  const step = Math.max(run.progress?.step ?? 0, run.latest?.step ?? 0);
  const epoch = Math.max(run.progress?.epoch ?? 0, run.latest?.epoch ?? 0);
  const epochs = run.progress?.epochs ?? run.drawing.network.training.epochs;
  const speed = run.ended?.stepsPerSecond ?? run.progress?.stepsPerSecond;
  const ended = {
    completed: l10n.t('completed'),
    stopped: l10n.t('stopped'),
    diverged: l10n.t('diverged'),
    device_lost: l10n.t('device lost'),
    error: l10n.t('failed'),
  };
  const words = { idle: '', running: '', paused: l10n.t('paused'), preparing: l10n.t('preparing') };
  const word = state === 'ended' ? ended[run.ended?.reason ?? 'stopped'] : words[state];
  return html`<span class="standing numbers">
    <span
      ><span class="secondary small">${l10n.t('epoch')}</span> <b>${count(epoch)}</b
      ><span class="secondary"> / ${count(epochs)}</span></span
    >
    <span><span class="secondary small">${l10n.t('step')}</span> <b>${count(step)}</b></span>
    ${speed ? html`<span class="speed secondary">${count(speed)} <span class="small">${l10n.t('steps/s')}</span></span>` : nothing}
    ${word ? html`<span class=${run.ended?.reason === 'diverged' ? 'error-text' : 'secondary'}>${word}</span>` : nothing}
  </span>`;
}

function backend(panel: Panel): TemplateResult {
  const start = panel.training.run?.started;
  const offered: readonly Settings['backend'][] = ['auto', 'wasm', 'webgpu'];
  return html`<span class="group backend">
    ${select({
      label: l10n.t('Backend'),
      value: panel.settings.backend,
      choices: offered.map((name) => ({ value: name, label: name })),
      title: start
        ? `${start.backend}${start.kernels ? ` (${start.kernels})` : ''}: ${start.reason}`
        : l10n.t('What computes; takes effect with the next run'),
      change: (name) => panel.setBackend(name as Settings['backend']),
    })}
    ${start ? html`<span class="secondary small">${start.backend}${start.kernels ? ` · ${start.kernels}` : ''}</span>` : nothing}
  </span>`;
}

function progressLine(panel: Panel): TemplateResult | typeof nothing {
  const { run } = panel.training;
  if (!run?.ongoing) return nothing;
  const steps = run.started?.steps ?? run.progress?.steps ?? 0;
  const step = Math.max(run.progress?.step ?? 0, run.latest?.step ?? 0);
  const share = steps > 0 ? Math.min(100, (100 * step) / steps) : 0;
  return html`<span
    class="progress"
    role="progressbar"
    aria-label=${l10n.t('Progress')}
    aria-valuenow=${Math.round(share)}
    ><i style=${styled({ width: `${share}%` })}></i
  ></span>`;
}
