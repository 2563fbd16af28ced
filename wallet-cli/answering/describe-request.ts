import type { OpenedRequest, OverAsked } from '@symbolon/presentation';
import type { ClaimPath } from '@symbolon/schemas';
import type { Counter } from '@symbolon/schemas/wallet-file';
import { visibleText } from '@symbolon/terminal';

const MAX_COUNTER_TEXT = 300;
const MAX_PURPOSE_TEXT = 1000;

/** Who asks and what for, as the history keeps it. */
export function counterOf({ verifier }: OpenedRequest): Counter {
  return {
    name: verifier.name.slice(0, MAX_COUNTER_TEXT),
    legal_name: verifier.legalName.slice(0, MAX_COUNTER_TEXT),
    identifier: verifier.identifier.slice(0, MAX_COUNTER_TEXT),
    purpose: verifier.purpose
      .map(({ value }) => value)
      .join(' / ')
      .slice(0, MAX_PURPOSE_TEXT),
  };
}

/** Who asks and what for, as lines for the holder. */
export function describeCounter(counter: Counter, { verifier }: OpenedRequest): readonly string[] {
  const status =
    verifier.statusAgeSeconds === undefined
      ? []
      : [`  Registration: checked against a list that is ${hours(verifier.statusAgeSeconds)} old`];
  return [
    `${visibleText(counter.name)} asks`,
    `  Legal name:   ${visibleText(counter.legal_name)}`,
    `  Registered:   ${visibleText(counter.identifier)}, ${visibleText(verifier.country)}`,
    `  Purpose:      ${visibleText(counter.purpose, MAX_PURPOSE_TEXT)}`,
    ...status,
  ];
}

/** What a request asks beyond its registration, by names. */
export function describeOverAsked({ what, path, queryId }: OverAsked): string {
  switch (what) {
    case 'type':
      return `a kind of card that it is not registered for (${queryId})`;
    case 'everything':
      return `everything on the card (${queryId})`;
    case 'claim':
      return nameOfPath(path ?? []);
    case 'value':
      return `${nameOfPath(path ?? [])} with values that it is not registered for`;
  }
}

/** A claim's path as a name: `age_equal_or_over.18`. */
export function nameOfPath(path: ClaimPath): string {
  return path.map((step) => (step === null ? '*' : String(step))).join('.');
}

function hours(seconds: number): string {
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
