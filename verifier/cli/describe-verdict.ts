import type { styleText } from 'node:util';
import type {
  CheckName,
  CheckResult,
  PresentedClaims,
  Verdict,
} from '@symbolon/presentation/judge';
import {
  getPolicy,
  IDENTITY_CARD,
  type JsonObject,
  type JsonValue,
  type Policy,
} from '@symbolon/schemas';
import { visibleText } from '@symbolon/terminal';
import type { TrustBundle } from '@symbolon/trust';
import type { CheckedAnswer } from '../desk/check-answer.ts';
import { showSpan, showTime } from './clock.ts';

/** What a check's outcome is shown with. */
export type VerdictView = CheckedAnswer & {
  readonly bundle: TrustBundle;
  readonly colours: boolean;
};

const WORDS = { accepted: 'ACCEPTED', rejected: 'REJECTED', undecided: 'ASK STAFF' } as const;
const STYLES = {
  accepted: ['black', 'bgGreen', 'bold'],
  rejected: ['white', 'bgRed', 'bold'],
  undecided: ['black', 'bgYellow', 'bold'],
} as const;
const MARKS = { passed: '✓', failed: '✗', unknown: '?' } as const;
const MARK_STYLES = { passed: ['green'], failed: ['red'], unknown: ['yellow'] } as const;

const CHECK_TITLES: Readonly<Record<CheckName, string>> = {
  format: 'format',
  issuer_trusted: 'issuer trusted',
  issuer_signature: 'issuer signature',
  disclosures: 'disclosures',
  validity_period: 'validity period',
  status: 'status',
  holder_binding: 'holder binding',
  request_satisfied: 'request satisfied',
};

/** The verdict for the staff of a desk: the outcome first, then what was asked, then every check. */
export function describeVerdict(view: VerdictView): readonly string[] {
  const { verdict, exchange, bundle, colours } = view;
  const policy = exchange && getPolicy(exchange.policy);
  const { authority, demo } = bundle.document;
  const paint = painter(colours);
  const lines = ['', paint(STYLES[verdict.outcome], `  ${WORDS[verdict.outcome]}  `), ''];
  if (policy !== undefined) lines.push(policy.display);
  if (demo) lines.push(`DEMO: ${visibleText(authority)} is not a real authority`);
  if (verdict.outcome === 'accepted') lines.push('', ...describeClaims(verdict.claims));
  else lines.push(...describeReason(verdict));
  lines.push('', ...verdict.checks.map((result) => describeCheck(result, paint)), '');
  if (verdict.outcome === 'accepted') lines.push(...describeStatus(verdict.claims, policy));
  if (exchange !== undefined) {
    lines.push(`Code ${exchange.code}: the holder's screen must show the same`);
  }
  return lines;
}

/** The verdict as JSON; claims are in it only when it is accepted. */
export function verdictJson({ verdict, exchange, bundle }: VerdictView): JsonObject {
  const { sequence, authority, demo } = bundle.document;
  return {
    outcome: verdict.outcome,
    ...(exchange === undefined ? {} : exchange),
    ...(verdict.outcome === 'accepted' ? acceptedJson(verdict.claims) : {}),
    checks: verdict.checks.map((result) => ({ ...result })),
    authority,
    demo,
    bundle: { sequence, digest: bundle.digest },
  };
}

function acceptedJson(presented: PresentedClaims): JsonObject {
  const { claims, dropped, level, credentialType, format, issuer, status } = presented;
  return {
    claims: Object.fromEntries(claims),
    dropped,
    level,
    credential_type: credentialType,
    format,
    issuer,
    expires_at: presented.expiresAt ?? null,
    status:
      status === undefined ? null : { issued_at: status.issuedAt, age_seconds: status.ageSeconds },
  };
}

function describeClaims({ claims, dropped, level }: PresentedClaims): readonly string[] {
  const rows = [...claims].map(([name, value]) => [titleOf(name), describeValue(value)] as const);
  const width = Math.max(...rows.map(([title]) => title.length));
  const lines = rows.map(([title, value]) => `  ${title.padEnd(width)}  ${value}`);
  lines.push(`  ${'Level'.padEnd(width)}  ${level}`);
  if (dropped.length > 0) {
    const names = dropped.map((name) => visibleText(name, 40)).join(', ');
    lines.push('', `Shown without being asked for, and dropped: ${names}`);
  }
  return lines;
}

function titleOf(name: string): string {
  return IDENTITY_CARD.claims.find((row) => row.name === name)?.display ?? name;
}

function describeValue(value: JsonValue): string {
  if (value === true) return 'yes';
  if (value === false) return 'NO';
  if (typeof value !== 'string') return visibleText(JSON.stringify(value));
  const picture = /^data:image\/(\w+);base64,/.exec(value);
  if (picture === null) return visibleText(value);
  const [prefix, kind = ''] = picture;
  const bytes = Math.floor(((value.length - prefix.length) * 3) / 4);
  return `${kind.toUpperCase()} picture, ${bytes} bytes ('--portrait FILE' writes it)`;
}

function describeReason({ checks }: Verdict<unknown>): readonly string[] {
  const bad = checks.filter((result) => result.outcome !== 'passed');
  const first = bad.find(({ code }) => code !== 'check_not_run') ?? bad[0];
  if (first === undefined) return [];
  const lines = [first.reason];
  if (first.hint !== undefined) lines.push(`Hint: ${first.hint}`);
  return lines;
}

function describeCheck(result: CheckResult, paint: Painter): string {
  const mark = paint(MARK_STYLES[result.outcome], MARKS[result.outcome]);
  const title = CHECK_TITLES[result.check];
  if (result.outcome === 'passed') return `  ${mark} ${title}`;
  return `  ${mark} ${title.padEnd(17)}  ${visibleText(result.reason)} (${result.code})`;
}

function describeStatus(
  { status, expiresAt }: PresentedClaims,
  policy: Policy | undefined,
): string[] {
  const lines: string[] = [];
  if (status !== undefined && policy !== undefined) {
    const allowed = showSpan(policy.statusMaxAgeSeconds);
    const age = showSpan(status.ageSeconds);
    lines.push(
      `Status list: ${age} old (${showTime(status.issuedAt)}), at most ${allowed} allowed`,
    );
  }
  if (expiresAt !== undefined) lines.push(`Card valid until ${showTime(expiresAt)}`);
  return lines;
}

type Format = Extract<Parameters<typeof styleText>[0], string>;
type Painter = (style: readonly Format[], text: string) => string;

function painter(colours: boolean): Painter {
  if (!colours) return (_style, text) => text;
  // Not by an import: that would load everything that node:util can do.
  const util = process.getBuiltinModule('node:util');
  return (style, text) => util.styleText([...style], text, { validateStream: false });
}
