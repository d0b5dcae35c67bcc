import { type Filter, fits } from '../filter.ts';

/** A pod that names its node goes there or nowhere. */
export const nodeName: Filter = {
  name: 'NodeName',
  of: ({ spec }) => {
    const wanted = spec.nodeName ?? '';
    if (wanted === '') return undefined;
    return ({ name }) => (wanted === name ? fits : ["node(s) didn't match the requested node name"]);
  },
};
