import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { activations } from '../../engine/activations/index.ts';
import { initializers } from '../../engine/initializers.ts';
import { button, numberField, select, textField } from '../controls.ts';
import { count, runsText } from '../format.ts';
import { styled } from '../styled.ts';
import type { Sweeping } from './sweeping.ts';
import { takers } from './sweepPlan.ts';

/** What can be chosen with no parameters of its own. */
const activationNames = activations
  .map(({ name }) => name as string)
  .filter((name) => !/^(custom|softmax)$/.test(name));
const weightNames = initializers
  .map(({ name }) => name as string)
  .filter((name) => !/^(normal|uniform|constant|zeros)$/.test(name));

/** Activation × initial weights × bias × learning rate × seeds of an open network, and the sweep under way. */
export function sweepForm(sweeping: Sweeping): TemplateResult | typeof nothing {
  if (!sweeping.open) return nothing;
  const { network, choices } = sweeping;
  return html`<section class="sweep" aria-label=${l10n.t('Sweep')}>
    ${
      network
        ? html`<div class="sweep-row">
              <span class="sweep-label">${l10n.t('Network')}</span>
              ${select({
                label: l10n.t('Network'),
                value: network.document,
                choices: sweeping.networks.map(({ document, name }) => ({ value: document, label: name })),
                class: 'inline wide',
                disabled: sweeping.running,
                change: (document) => sweeping.chooseNetwork(document),
              })}
            </div>
            ${chips(sweeping, l10n.t('Activations'), 'activation', 'activations', activationNames)}
            ${chips(sweeping, l10n.t('Initial weights'), 'weights', 'weights', weightNames)}
            <div class="sweep-row">
              ${numbers(sweeping, l10n.t('Biases'), 'biases', '0, 0.1', takers(network.text, 'bias').length > 0)}
              ${numbers(sweeping, l10n.t('Learning rates'), 'learningRates', '0.01, 0.1', true)}
              <label class="sweep-field"
                >${l10n.t('Seeds')}
                ${numberField({
                  ...{
                    label: l10n.t('Seeds'),
                    value: choices.seeds,
                    whole: true,
                    minimum: 1,
                    maximum: 100,
                    class: 'short',
                  },
                  title: l10n.t('How many, counted up from the file’s own'),
                  change: (seeds) => sweeping.set({ seeds }),
                })}</label
              >
              <label class="sweep-field"
                >${l10n.t('Workers')}
                ${numberField({
                  ...{
                    label: l10n.t('Workers'),
                    value: sweeping.workers,
                    whole: true,
                    minimum: 1,
                    maximum: 64,
                    class: 'short',
                  },
                  title: l10n.t('Runs trained at the same time, each on the processor (wasm)'),
                  change: (workers) => sweeping.setWorkers(workers),
                })}</label
              >
            </div>
            ${actions(sweeping)}`
        : html`<p class="hint">${l10n.t('Open a network in the designer first: it is what a sweep starts from.')}</p>`
    }
  </section>`;
}

function chips(
  sweeping: Sweeping,
  label: string,
  field: 'activation' | 'weights',
  key: 'activations' | 'weights',
  names: readonly string[],
): TemplateResult {
  const chosen = sweeping.choices[key];
  const taken = takers(sweeping.network?.text ?? '', field);
  return html`<div class="sweep-row">
    <span class="sweep-label">${label}</span>
    <div class="chips" role="group" aria-label=${label}>
      ${
        taken.length === 0
          ? html`<span class="secondary small"
              >${l10n.t('Every layer has its own; take it out of the layers to vary it.')}</span
            >`
          : names.map(
              (name) =>
                html`<label class="chip ${chosen.includes(name) ? 'chosen' : ''}"
                  ><input
                    type="checkbox"
                    .checked=${live(chosen.includes(name))}
                    @change=${() =>
                      sweeping.set({
                        [key]: chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name],
                      })}
                  />${name}</label
                >`,
            )
      }
    </div>
  </div>`;
}

/** "0, 0.1" as numbers; undefined where that is none. */
export function numbersOf(text: string): number[] | undefined {
  if (text.trim() === '') return [];
  const numbers = text
    .split(/[,\s]+/)
    .filter((part) => part !== '')
    .map(Number);
  return numbers.every(Number.isFinite) ? [...new Set(numbers)] : undefined;
}

const numbers = (
  sweeping: Sweeping,
  label: string,
  key: 'biases' | 'learningRates',
  example: string,
  taken: boolean,
): TemplateResult =>
  html`<label class="sweep-field"
    >${label}
    ${textField({
      label,
      value: sweeping.choices[key].join(', '),
      title: taken
        ? l10n.t('Numbers such as {0}; empty: as the file has it', example)
        : l10n.t('Every layer has its own bias'),
      disabled: !taken,
      fault: (text) =>
        numbersOf(text) ? undefined : l10n.t('Numbers with commas between them, such as {0}.', example),
      change: (text) => sweeping.set({ [key]: numbersOf(text) ?? [] }),
    })}</label
  >`;

function actions(sweeping: Sweeping): TemplateResult {
  const { sweep, plan, missing, running } = sweeping;
  if (sweep && running) {
    const of = sweep.planned.length;
    const share = Math.round((100 * sweep.done) / of);
    return html`<div class="sweep-row">
      ${button({ content: l10n.t('Cancel'), click: () => sweeping.cancel() })}
      <span class="numbers" role="status" aria-label=${l10n.t('Sweep status')}
        >${of === 1 ? l10n.t('{0} of 1 run', sweep.done) : l10n.t('{0} of {1} runs', sweep.done, count(of))}</span
      >
      <span class="sweep-progress" role="progressbar" aria-label=${l10n.t('Sweep progress')} aria-valuenow=${share}
        ><i style=${styled({ width: `${share}%` })}></i
      ></span>
    </div>`;
  }
  const made = plan.plan.length - missing.length;
  const fault = plan.fault ?? sweeping.trouble ?? sweep?.failures[0];
  return html`<div class="sweep-row">
    ${button({
      content: made > 0 && missing.length > 0 ? l10n.t('Go On') : l10n.t('Start Sweep'),
      appearance: 'primary',
      disabled: plan.fault !== undefined || missing.length === 0,
      click: () => void sweeping.start(),
    })}
    <span class="numbers" role="status" aria-label=${l10n.t('Sweep status')}
      >${plan.fault ? '' : made > 0 ? l10n.t('{0}, {1} of them recorded', runsText(plan.plan.length), made) : runsText(plan.plan.length)}</span
    >
    ${made > 0 ? html`<button class="link" @click=${() => sweeping.show()}>${made === 1 ? l10n.t('Show it') : l10n.t('Show them')}</button>` : nothing}
    ${fault ? html`<span class="error-text" role="alert">${fault}</span>` : nothing}
  </div>`;
}
