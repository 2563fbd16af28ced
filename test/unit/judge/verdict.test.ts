import {
  CHECK_NAMES,
  type Check,
  type CheckName,
  decide,
  rejectUnread,
} from '@symbolon/presentation/judge';
import { TrustError } from '@symbolon/trust';
import fc from 'fast-check';
import { expect, test } from 'vitest';

type Behaviour = 'fails' | 'faults' | 'passes' | 'stale';

function check(name: CheckName, behaviour: Behaviour): Check {
  return {
    name,
    run: () => {
      if (behaviour === 'fails') throw new TrustError('issuer_untrusted', 'no');
      if (behaviour === 'faults') throw new TypeError('secret detail');
      if (behaviour === 'stale') throw new TrustError('status_stale', 'old', { hint: 'import' });
    },
  };
}

const all = (behaviour: Behaviour = 'passes') => CHECK_NAMES.map((name) => check(name, behaviour));

test('product 6: accepts, with claims, when all eight checks pass, and reports them in order', async () => {
  const verdict = await decide(all(), () => ({ is: 'claims' }));
  expect(verdict).toMatchObject({ outcome: 'accepted', claims: { is: 'claims' } });
  expect(verdict.checks.map(({ check: name }) => name)).toEqual([
    'format',
    'issuer_trusted',
    'issuer_signature',
    'disclosures',
    'validity_period',
    'status',
    'holder_binding',
    'request_satisfied',
  ]);
});

test('an empty list of checks is rejected: what did not run has failed', async () => {
  const verdict = await decide([], () => 1);
  expect(verdict.outcome).toBe('rejected');
  expect(verdict.checks).toHaveLength(CHECK_NAMES.length);
  for (const result of verdict.checks) expect(result).toMatchObject({ code: 'check_not_run' });
});

for (const name of CHECK_NAMES) {
  test(`without the check '${name}' nothing is accepted`, async () => {
    const rest = CHECK_NAMES.filter((each) => each !== name).map((each) => check(each, 'passes'));
    const verdict = await decide(rest, () => 1);
    expect(verdict.outcome).toBe('rejected');
    expect(verdict.checks).toContainEqual(
      expect.objectContaining({ check: name, outcome: 'failed', code: 'check_not_run' }),
    );
  });

  test(`a second '${name}' that fails is not hidden by the first`, async () => {
    expect((await decide([...all(), check(name, 'fails')], () => 1)).outcome).toBe('rejected');
  });

  test(`'${name}' alone failing is a rejection, and the others run all the same`, async () => {
    const checks = CHECK_NAMES.map((each) => check(each, each === name ? 'fails' : 'passes'));
    const verdict = await decide(checks, () => 1);
    expect(verdict.outcome).toBe('rejected');
    expect(verdict.checks.filter(({ outcome }) => outcome === 'passed')).toHaveLength(7);
    expect(verdict).not.toHaveProperty('claims');
  });

  test(`a stale code at '${name}' is undecided for the status, a failure elsewhere`, async () => {
    const checks = CHECK_NAMES.map((each) => check(each, each === name ? 'stale' : 'passes'));
    const verdict = await decide(checks, () => 1);
    expect(verdict.outcome).toBe(name === 'status' ? 'undecided' : 'rejected');
    expect(verdict).not.toHaveProperty('claims');
  });
}

test('an unknown status with any other failure is rejected, not undecided', async () => {
  for (const name of CHECK_NAMES.filter((each) => each !== 'status')) {
    const checks = CHECK_NAMES.map((each) =>
      check(each, each === 'status' ? 'stale' : each === name ? 'fails' : 'passes'),
    );
    expect((await decide(checks, () => 1)).outcome, name).toBe('rejected');
  }
});

test("a fault of ours is a failed check 'internal_error' that tells nothing of the fault", async () => {
  const verdict = await decide([...all().slice(1), check('format', 'faults')], () => 1);
  expect(verdict.outcome).toBe('rejected');
  expect(verdict.checks[0]).toMatchObject({ outcome: 'failed', code: 'internal_error' });
  expect(JSON.stringify(verdict)).not.toContain('secret');
});

test('an answer with nothing to check is rejected with its one reason', () => {
  const verdict = rejectUnread('holder_binding', new TrustError('status_stale', 'why'));
  expect(verdict.outcome).toBe('rejected');
  expect(verdict.checks.map((result) => 'code' in result && result.code)).toEqual([
    ...Array.from({ length: 6 }, () => 'check_not_run'),
    'status_stale',
    'check_not_run',
  ]);
  expect(rejectUnread('status', new TrustError('status_stale', 'why')).outcome).toBe('rejected');
});

test('property: no mix with a failed check is accepted, and claims are read only when all pass', async () => {
  const behaviour = fc.constantFrom<Behaviour>(
    'passes',
    'passes',
    'passes',
    'fails',
    'faults',
    'stale',
  );
  const mixes = fc.array(fc.tuple(fc.constantFrom(...CHECK_NAMES), behaviour), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(mixes, fc.boolean(), async (mix, complete) => {
      const rest = complete
        ? CHECK_NAMES.filter((name) => !mix.some(([each]) => each === name))
        : [];
      const checks = [
        ...mix.map(([name, how]) => check(name, how)),
        ...rest.map((name) => check(name, 'passes')),
      ];
      let reads = 0;
      const verdict = await decide(checks, () => {
        reads += 1;
      });
      const covered = CHECK_NAMES.every((name) => checks.some((each) => each.name === name));
      const bad = mix.filter(([, how]) => how !== 'passes');
      const isAccepted = covered && bad.length === 0;
      const isUndecided =
        covered &&
        bad.length > 0 &&
        bad.every(([name, how]) => name === 'status' && how === 'stale');
      expect(verdict.outcome).toBe(
        isAccepted ? 'accepted' : isUndecided ? 'undecided' : 'rejected',
      );
      expect(reads).toBe(isAccepted ? 1 : 0);
    }),
  );
});
