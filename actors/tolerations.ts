import type { Taint, Toleration } from '../kinds/schema/api/core-v1.ts';

/** Whether one of the tolerations covers the taint: key, operator, value and effect as upstream compares them. */
export const tolerates = (tolerations: readonly Toleration[] = [], taint: Taint): boolean =>
  tolerations.some(({ key = '', operator = 'Equal', value = '', effect = '' }) => {
    if (effect !== '' && effect !== taint.effect) return false;
    if (key !== '' && key !== taint.key) return false;
    if (operator === 'Exists') return true;
    return key !== '' && value === (taint.value ?? '');
  });
