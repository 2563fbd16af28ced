import { type Command, EXIT, type ExitCode, UsageError } from '@symbolon/terminal';
import { subjectUnknown } from '../../issuance/status-change-error.ts';
import { numberOf } from '../result.ts';
import { runAction } from '../run-action.ts';

/** What ids are made of; nothing else reaches the authority. */
const ID = /^[0-9a-f.]{1,128}$/;

type Change = 'revoke' | 'suspend' | 'reinstate';

/** `issuer revoke`. */
export const revokeCommand = statusCommand('revoke', 'revoked', 'This is final.');

/** `issuer suspend`. */
export const suspendCommand = statusCommand('suspend', 'suspended', "'issuer reinstate' ends it.");

/** `issuer reinstate`. */
export const reinstateCommand = statusCommand(
  'reinstate',
  'reinstated',
  `What was revoked stays revoked. An enrolment's id
reinstates all of its suspended credentials, also those suspended one by one; while an
enrolment is suspended, none of its credentials is reinstated alone.`,
);

function statusCommand(change: Change, done: string, remark: string): Command {
  return {
    usage: `${change} ID --reason REASON`,
    help: `ID is an enrolment's, as 'issuer enrol' printed it, or a credential's, which no command
lists yet. ${remark}
The status lists say so at once; a desk without a network learns it from its next trust bundle.

Options:
  --reason REASON  why, for the record: 1 to 500 characters, kept encrypted

Examples:
  issuer ${change} ENROLMENT_ID --reason 'card reported lost'
  issuer ${change} ENROLMENT_ID --reason 'card reported lost' --json    {"changed":3}

Exit codes: 0 ${done}, 1 refused (for example: no such id), 2 wrong usage.`,
    options: { reason: { type: 'string' } },
    positionals: [1, 1],
    run: async (context): Promise<ExitCode> => {
      const [id = ''] = context.positionals;
      const reason = context.values.required('reason');
      if (reason.length === 0 || reason.length > 500) {
        throw new UsageError('--reason: expected 1 to 500 characters');
      }
      if (!ID.test(id)) throw subjectUnknown();
      const result = await runAction(context, { action: 'change_status', id, change, reason });
      const changed = numberOf(result, 'changed');
      context.terminal.result({ changed }, [
        `${done}: ${changed} ${changed === 1 ? 'credential' : 'credentials'}`,
      ]);
      if (changed === 0) {
        context.terminal.note(
          'No card changed: it was so before, or there is none that could. ' +
            'Note that a jwt_vc_json card has no status and lasts until it expires.',
        );
      }
      context.terminal.note("Desks learn it from the next trust bundle: 'issuer bundle'.");
      return EXIT.done;
    },
  };
}
