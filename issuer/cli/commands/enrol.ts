import type { EnrolmentRecord } from '@symbolon/schemas/enrolment-record';
import { type Command, EXIT, UsageError } from '@symbolon/terminal';
import { DEMO_PEOPLE } from '../../register/demo-people.ts';
import { exampleRecord } from '../example-record.ts';
import { readJsonFile } from '../read-json-file.ts';
import { textOf } from '../result.ts';
import { runAction } from '../run-action.ts';

/** `issuer enrol`. */
export const enrolCommand: Command = {
  usage: 'enrol --record FILE --operator ID',
  help: `Enrols a person whom the operator has seen, from a JSON record. The ID number is checked by
GB 11643-1999 and looked up in the population register together with the name and the birth date;
afterwards only a keyed hash of it is kept. One person has one living card.

Options:
  --record FILE  the record, or '-' for standard input
  --operator ID  who vouches for it
  --example      print the record of a made-up person, whom the demo register knows, and stop
  --person N     with --example: which of the made-up people, from 1

Examples:
  issuer enrol --example > record.json
  issuer enrol --record record.json --operator op-7
  issuer enrol --record record.json --operator op-7 --json    {"enrolment_id":"…"}

Exit codes: 0 enrolled, 1 refused (for example: not in the register), 2 wrong usage.`,
  options: {
    record: { type: 'string' },
    operator: { type: 'string' },
    example: { type: 'boolean' },
    person: { type: 'string' },
  },
  run: async (context) => {
    const { terminal, values } = context;
    if (values.flag('example')) {
      terminal.print(JSON.stringify(findExample(values.text('person')), undefined, 2));
      return EXIT.done;
    }
    const [file, operator] = [values.required('record'), values.required('operator')];
    if (operator.length === 0 || operator.length > 200) {
      throw new UsageError('--operator: expected 1 to 200 characters');
    }
    const record = await readJsonFile(file);
    const result = await runAction(context, { action: 'enrol', record, operator });
    const enrolmentId = textOf(result, 'enrolment_id');
    terminal.result({ enrolment_id: enrolmentId }, [enrolmentId]);
    terminal.note(`Enrolled. Next: 'issuer offer ${enrolmentId}'.`);
    return EXIT.done;
  },
};

function findExample(number = '1'): EnrolmentRecord {
  const record = /^\d{1,6}$/.test(number) ? exampleRecord(Number(number)) : undefined;
  if (record === undefined) {
    throw new UsageError(`--person: expected a number from 1 to ${DEMO_PEOPLE}`);
  }
  return record;
}
