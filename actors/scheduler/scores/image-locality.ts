import type { Node } from '../../../kinds/node.ts';
import type { Score } from '../filter.ts';

const mebi = 2 ** 20;
/** Less than this on a node counts for nothing, and per container no more than that: upstream's figures. */
const bytesMin = 23 * mebi;
const bytesMax = 1_000 * mebi;

type Sizes = ReadonlyMap<string, number>;

/** Read once per version of a node's list of images. */
const known = new WeakMap<object, Sizes>();

const sizesOf = ({ status }: Node): Sizes | undefined => {
  const images = status?.images;
  if (!images || images.length === 0) return undefined;
  const before = known.get(images);
  if (before) return before;
  const sizes = new Map(images.flatMap(({ names, sizeBytes = 0 }) => names.map((name) => [name, sizeBytes] as const)));
  known.set(images, sizes);
  return sizes;
};

/** As nodes name images: with a tag or a digest. */
const withTag = (image: string): string => (/[:@][^/]*$/.test(image) ? image : `${image}:latest`);

/** Nodes that have the pod's images, the more so the larger these are and the fewer nodes lack them. */
export const imageLocality: Score = {
  name: 'ImageLocality',
  weight: 1,
  of: ({ spec }, nodes) => {
    const sizes = nodes.map(({ node }) => sizesOf(node));
    if (sizes.every((one) => !one)) return undefined;
    const images = spec.containers.map(({ image = '' }) => withTag(image));
    const shares = images.map((image) => sizes.filter((one) => one?.has(image)).length / nodes.length);
    const most = bytesMax * images.length;
    return sizes.map((one) => {
      const bytes = images.reduce((sum, image, i) => sum + (one?.get(image) ?? 0) * (shares[i] ?? 0), 0);
      const counted = Math.min(Math.max(bytes, bytesMin), most);
      return Math.round((100 * (counted - bytesMin)) / (most - bytesMin));
    });
  },
};
