import { CREDENTIAL_CONFIGURATIONS } from '@symbolon/schemas';
import { type Command, EXIT, UsageError } from '@symbolon/terminal';
import { textOf } from '../result.ts';
import { runAction } from '../run-action.ts';

const ALL = [...CREDENTIAL_CONFIGURATIONS.values()];
const TYPES = [...new Set(ALL.map(({ type }) => type.name))];
const FORMATS = [...new Set(ALL.map(({ format }) => String(format)))];

/** `issuer offer`. */
export const offerCommand: Command = {
  usage: 'offer ENROLMENT_ID [--type T ...] [--format F ...] [--by-reference]',
  help: `Makes a credential offer (OpenID4VCI, pre-authorized code): prints its URI, its QR, and the
transaction code, which goes to the holder by another way than the offer. An offer works once, and
for a while ('offer_minutes' in issuer.json); five wrong transaction codes burn it.

Options:
  --type T        ${TYPES.join(', ')}; may be repeated (default: all)
  --format F      ${FORMATS.join(', ')}; may be repeated (default: all)
  --by-reference  the URI names an address to fetch the offer from: a smaller QR

Examples:
  issuer offer ENROLMENT_ID
  issuer offer ENROLMENT_ID --format dc+sd-jwt --by-reference
  issuer offer ENROLMENT_ID --json    {"offer":"openid-credential-offer://…","tx_code":"…"}

Exit codes: 0 made, 1 refused (for example: no such enrolment), 2 wrong usage.`,
  options: {
    type: { type: 'string', multiple: true },
    format: { type: 'string', multiple: true },
    'by-reference': { type: 'boolean' },
  },
  positionals: [1, 1],
  run: async (context) => {
    const { terminal, values, positionals } = context;
    const [enrolmentId = ''] = positionals;
    const types = choose('--type', values.list('type'), TYPES);
    const formats = choose('--format', values.list('format'), FORMATS);
    const configurationIds = ALL.filter(
      ({ type, format }) => types.includes(type.name) && formats.includes(format),
    ).map(({ id }) => id);
    if (configurationIds.length === 0) {
      throw new UsageError('no such type exists in such a format');
    }
    const result = await runAction(context, {
      action: 'offer',
      enrolment_id: enrolmentId,
      configuration_ids: configurationIds,
      by_reference: values.flag('by-reference'),
    });
    const [offer, txCode] = [textOf(result, 'offer'), textOf(result, 'tx_code')];
    const picture = terminal.json ? '' : await drawQr(offer);
    terminal.result({ offer, tx_code: txCode }, [
      offer,
      '',
      ...picture.split('\n'),
      `transaction code: ${txCode}`,
    ]);
    return EXIT.done;
  },
};

function choose(
  option: string,
  asked: readonly string[],
  known: readonly string[],
): readonly string[] {
  if (asked.some((each) => !known.includes(each))) {
    throw new UsageError(`${option}: expected ${known.join(' or ')}`);
  }
  return asked.length === 0 ? known : asked;
}

async function drawQr(text: string): Promise<string> {
  const { drawQrTerminal } = await import('@symbolon/presentation/qr');
  return drawQrTerminal(text);
}
