import { type Command, EXIT } from '@symbolon/terminal';
import { runAction } from '../run-action.ts';

/** `issuer relying-party revoke`. */
export const relyingPartyRevokeCommand: Command = {
  usage: 'relying-party revoke ID',
  help: `Revokes a relying party for good: the next trust bundle names its access certificate, and wallets
that hold that bundle refuse its requests.

Examples:
  issuer relying-party revoke ID

Exit codes: 0 revoked, 1 refused (for example: no such id), 2 wrong usage.`,
  options: {},
  positionals: [1, 1],
  run: async (context) => {
    const [id = ''] = context.positionals;
    await runAction(context, { action: 'relying_party_revoke', id });
    context.terminal.result({ relying_party_id: id, revoked: true }, [`revoked: ${id}`]);
    context.terminal.note("Wallets learn it from the next trust bundle: 'issuer bundle'.");
    return EXIT.done;
  },
};
