import * as l10n from '@vscode/l10n';
import type { TabName } from '../view.ts';

const names: Record<TabName, string> = {
  Overview: l10n.t('Overview'),
  Layers: l10n.t('Layers'),
  Loss: l10n.t('Loss'),
  Accuracy: l10n.t('Accuracy'),
  'Dead units': l10n.t('Dead units'),
  'Gradient norms': l10n.t('Gradient norms'),
  'Update ratios': l10n.t('Update ratios'),
  Output: l10n.t('Output'),
  Unit: l10n.t('Unit'),
};

/** What a figure is called; its name in the code is only a key. */
export const figureName = (name: TabName): string => names[name];
