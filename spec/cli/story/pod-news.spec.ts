import { expect } from 'chai';
import type { Lived } from '../../../cli/story/lived.ts';
import { podNews } from '../../../cli/story/pod-news.ts';
import type { ApiObject } from '../../../kinds/object.ts';

const told = {
  ref: { resource: 'pods', namespace: 'default', name: 'p' },
  position: 1,
  revision: 0,
  at: '2026-01-01T00:00:00.000Z',
  type: 'StatusReported',
  event: { type: 'StatusReported' },
  by: { user: 'u', groups: [] },
  via: 'agent/n',
  manager: 'kubelet',
  command: 'c',
  causes: [],
};
const pod = (status: object): ApiObject & { readonly status: object } => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  status,
});
const web = (state: object, restartCount = 0, lastState: object = {}) => ({
  phase: 'Running',
  containerStatuses: [{ name: 'web', state, lastState, restartCount }],
});
const running = { running: { startedAt: 'then' } };
const terminated = (exitCode: number, reason: string, finishedAt = 'then') => ({
  terminated: { exitCode, reason, finishedAt, containerID: 'docker://1' },
});
const news = (from: object, to: object) => {
  const lived: Lived = { told, before: pod(from), after: pod(to) };
  return podNews(lived);
};

describe('news of a pod', () => {
  it('are its phase, with the reason, and whether it is ready', () => {
    const ready = (status: string) => ({ phase: 'Running', conditions: [{ type: 'Ready', status }] });
    expect(news({ phase: 'Pending' }, ready('True'))).to.equal('became Running, became ready');
    expect(news(ready('True'), ready('False'))).to.equal('was ready no more');
    const evicted = { phase: 'Failed', reason: 'Evicted', message: 'no room' };
    expect(news({ phase: 'Running' }, evicted)).to.equal('became Failed (Evicted: no room)');
  });

  it('are how its containers ended, and that they run again', () => {
    expect(news(web(running), web(terminated(137, 'OOMKilled')))).to.equal(
      'lost container web (exit code 137, OOMKilled)',
    );
    expect(news(web(running), web(terminated(1, 'Error')))).to.equal('lost container web (exit code 1)');
    expect(news(web(running), web(terminated(0, 'Completed')))).to.equal('finished container web');
    expect(news(web(running), web(running, 1, terminated(2, 'Error')))).to.equal(
      'lost container web (exit code 2), started container web again',
    );
    expect(news(web(terminated(2, 'Error')), web(running, 1, terminated(2, 'Error')))).to.equal(
      'started container web again',
    );
  });

  it('are why a container cannot start, once', () => {
    const waiting = (reason: string) => web({ waiting: { reason } });
    expect(news(web({}), waiting('ImagePullBackOff'))).to.equal('waits with container web: ImagePullBackOff');
    expect(news(waiting('ImagePullBackOff'), waiting('ImagePullBackOff'))).to.equal(undefined);
    expect(news(web({}), waiting('ContainerCreating'))).to.equal(undefined);
  });

  it('are none when nothing is new', () => {
    expect(news(web(running), { ...web(running), podIP: '10.0.0.1' })).to.equal(undefined);
  });
});
