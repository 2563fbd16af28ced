import type { EnrolmentRecord } from '@symbolon/schemas/enrolment-record';
import { demoPeople } from '../register/demo-people.ts';
import { calendarDayOf } from './calendar-day.ts';

/** A record of a made-up person of the demo register, as if seen on the day that this is loaded. */
export const EXAMPLE_RECORD: EnrolmentRecord = {
  ...demoPeople()[0].record,
  vouching: {
    method: 'seen_in_person',
    date: calendarDayOf(Math.floor(Date.now() / 1000)),
    document: { type: 'resident_identity_card', issuing_country: 'CN' },
  },
};
