import type { Command } from '../kinds/command.ts';

const groups = ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'];

/** As whom, through what and as which field manager a controller's commands come: upstream's names where it has some. */
export const identityOf = (controller: string): Pick<Command, 'by' | 'via' | 'manager'> =>
  controller === 'scheduler'
    ? {
        by: { user: 'system:kube-scheduler', groups: ['system:authenticated'] },
        via: 'controller/scheduler',
        manager: 'kube-scheduler',
      }
    : {
        by: { user: `system:serviceaccount:kube-system:${controller}-controller`, groups },
        via: `controller/${controller}`,
        manager: 'kube-controller-manager',
      };
