import { type Filter, fits } from '../filter.ts';
import { type HostPort, hostPortsOf } from '../node-info.ts';

const collide = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === '' || b.ip === '' || a.ip === b.ip);

/** A node's port is opened once. */
export const nodePorts: Filter = {
  name: 'NodePorts',
  of: (pod) => {
    const wanted = hostPortsOf(pod);
    if (wanted.length === 0) return undefined;
    return ({ ports }) =>
      wanted.some((one) => ports().some((other) => collide(one, other)))
        ? ["node(s) didn't have free ports for the requested pod ports"]
        : fits;
  },
};
