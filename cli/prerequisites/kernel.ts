import type { KernelFeature, Presence } from './facts.ts';

/** What a kernel tells of itself; each undefined where it does not. */
export interface KernelTexts {
  /** Its build configuration: `CONFIG_BRIDGE=y`. */
  readonly config: string | undefined;
  /** `modules.dep` and `modules.builtin` of its release. */
  readonly loadable: string | undefined;
  readonly builtIn: string | undefined;
  /** /proc/modules: those that are loaded. */
  readonly loaded: string | undefined;
  /** /proc/filesystems. */
  readonly filesystems: string | undefined;
}

const optionOf: Readonly<Record<KernelFeature, string>> = {
  overlay: 'OVERLAY_FS',
  bridge: 'BRIDGE',
  veth: 'VETH',
  nf_nat: 'NF_NAT',
  br_netfilter: 'BRIDGE_NETFILTER',
};

const lists = (text: string | undefined, feature: KernelFeature): boolean =>
  new RegExp(`/${feature.replace('_', '[_-]')}\\.ko`).test(text ?? '');

/** Whether the kernel has a feature. */
export const presenceOf = (feature: KernelFeature, texts: KernelTexts): Presence => {
  const option = new RegExp(`^CONFIG_${optionOf[feature]}=([ym])$`, 'm').exec(texts.config ?? '')?.[1];
  if (new RegExp(`^${feature} `, 'm').test(texts.loaded ?? '')) return 'built-in';
  if (feature === 'overlay' && /\boverlay$/m.test(texts.filesystems ?? '')) return 'built-in';
  if (option === 'y' || lists(texts.builtIn, feature)) return 'built-in';
  if (lists(texts.loadable, feature)) return 'module';
  // A module that was configured, but whose file is not here, as in a container, may still be loaded by the host.
  if (option === 'm') return 'unknown';
  return texts.config === undefined && texts.loadable === undefined ? 'unknown' : 'absent';
};
