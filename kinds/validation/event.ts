import { fault } from '../fault.ts';
import type { Event } from '../schema/api/core-v1.ts';
import { check } from '../values/names.ts';
import { checkText, type Faults, fine, requireText, type Unchecked } from './field-checks.ts';

const wordBytesMax = 128;
const messageBytesMax = 1024;

const checkLength = (at: string, text: string, max: number): Faults =>
  Buffer.byteLength(text) > max ? [fault.invalid(at, '', `can have at most ${max} characters`)] : fine;

const requireShort = (at: string, text: string | undefined): Faults => [
  ...requireText(at, text),
  ...checkLength(at, text ?? '', wordBytesMax),
];

const elsewhere = (namespace: string): Faults => [
  fault.invalid('involvedObject.namespace', namespace, 'does not match event.namespace'),
];

/** Events of old clients, which have no eventTime: told where their object is. */
const validateOld = (own: string, involved: string): Faults =>
  involved === own || (involved === '' && own === 'default') ? fine : elsewhere(involved);

const validateNew = (event: Unchecked<Event>, own: string, involved: string): Faults => [
  ...(involved === '' && own !== 'default' && own !== 'kube-system' ? elsewhere(involved) : fine),
  ...requireText('reportingComponent', event.reportingComponent),
  ...checkText('reportingComponent', event.reportingComponent ?? '', check.qualifiedName),
  ...requireShort('reportingInstance', event.reportingInstance),
  ...requireShort('action', event.action),
  ...requireShort('reason', event.reason),
  ...checkLength('message', event.message ?? '', messageBytesMax),
];

/** Faults of an Event, its metadata's aside, in upstream's order. */
export const validateEvent = (event: Unchecked<Event>): Faults => {
  const own = event.metadata?.namespace ?? '';
  const involved = event.involvedObject?.namespace ?? '';
  return [
    ...(event.eventTime ? validateNew(event, own, involved) : validateOld(own, involved)),
    ...checkText('namespace', own, check.dns1123Subdomain),
  ];
};
