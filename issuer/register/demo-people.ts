import type { EnrolmentRecord } from '@symbolon/schemas/enrolment-record';
import { checkCharacterOf } from '../issuance/identity-number.ts';

/** A made-up person: everything of an enrolment record but the operator's word. */
export type DemoPerson = {
  readonly record: Omit<EnrolmentRecord, 'vouching' | 'portrait' | 'portrait_thumb'>;
  /** Which of the drawn portraits is theirs. */
  readonly portrait: number;
};

/** How many people the demo register knows. */
export const DEMO_PEOPLE = 216;

/** Each region's GB/T 2260 code, province, town, and a street of ours. */
const PLACES = [
  ['110105', '北京市', '朝阳区', '云栖路'],
  ['310104', '上海市', '徐汇区', '梧桐街'],
  ['440106', '广东省', '广州市', '木棉路'],
  ['330106', '浙江省', '杭州市', '龙井巷'],
  ['510104', '四川省', '成都市', '竹影街'],
  ['610103', '陕西省', '西安市', '石榴路'],
  ['420106', '湖北省', '武汉市', '樱花大道'],
  ['320102', '江苏省', '南京市', '枫桥路'],
  ['530102', '云南省', '昆明市', '翠湖北路'],
  ['370202', '山东省', '青岛市', '海风路'],
] as const;

const FAMILY_NAMES = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴', '欧阳', '司马'];
const MALE_NAMES = ['伟', '强', '磊', '志明', '建国', '浩然', '子轩', '文博', '海涛'];
const FEMALE_NAMES = ['芳', '娜', '静', '秀英', '雨桐', '欣怡', '晓梅', '思琪', '玉兰'];
const LATIN_FAMILY_NAMES = ['Bauer', 'García', "O'Neill", 'Nováková', 'Haddad', 'Lindström'];
const LATIN_MALE_NAMES = ['Jonas', 'Miguel', 'Seán', 'Petr', 'Karim', 'Björn'];
const LATIN_FEMALE_NAMES = ['Anna', 'Lucía', 'Niamh', 'Eliška', 'Layla', 'Åsa'];
const LATIN_NATIONALITIES = ['DE', 'ES', 'IE', 'CZ', 'LB', 'SE'];

/** Every sixth person has a foreigner's card, whose number begins with a 9. */
const LATIN_EVERY = 6;

/**
 * The people of the demo register: always the same, nobody real. Their numbers have valid check
 * characters; their birth dates go from 1941 to 2012.
 */
export function demoPeople(): readonly [DemoPerson, ...DemoPerson[]] {
  const [first = demoPerson(0), ...rest] = Array.from({ length: DEMO_PEOPLE }, (_, number) =>
    demoPerson(number),
  );
  return [first, ...rest];
}

function demoPerson(number: number): DemoPerson {
  const isMale = number % 2 === 0;
  const isLatin = number % LATIN_EVERY === LATIN_EVERY - 1;
  const [region, province, town, street] = pick(PLACES, number * 7);
  const birthdate = birthdateOf(number);
  return {
    portrait: (Math.floor(number / 2) % 4) * 2 + (isMale ? 0 : 1),
    record: {
      id_number: idNumberOf({ number, region, isLatin, isMale, birthdate }),
      ...(isLatin ? latinName(number, isMale) : chineseName(number, isMale)),
      birthdate,
      sex: isMale ? 1 : 2,
      nationalities: [isLatin ? pick(LATIN_NATIONALITIES, Math.floor(number / 6)) : 'CN'],
      place_of_birth: isLatin
        ? { country: pick(LATIN_NATIONALITIES, Math.floor(number / 6)) }
        : { country: 'CN', region: province, locality: town },
      resident_address: {
        country: 'CN',
        region: province,
        locality: town,
        street_address: `${street}${(number % 88) + 1}号`,
      },
    },
  };
}

function chineseName(
  number: number,
  isMale: boolean,
): Pick<EnrolmentRecord, 'family_name' | 'given_name'> {
  const givenNames = isMale ? MALE_NAMES : FEMALE_NAMES;
  return {
    family_name: pick(FAMILY_NAMES, number * 5 + Math.floor(number / 12)),
    given_name: pick(givenNames, Math.floor(number / 2) * 4 + Math.floor(number / 18)),
  };
}

function latinName(
  number: number,
  isMale: boolean,
): Pick<EnrolmentRecord, 'family_name' | 'given_name'> {
  const row = Math.floor(number / LATIN_EVERY);
  return {
    family_name: pick(LATIN_FAMILY_NAMES, row),
    given_name: pick(isMale ? LATIN_MALE_NAMES : LATIN_FEMALE_NAMES, row + Math.floor(row / 6)),
  };
}

function birthdateOf(number: number): string {
  const year = 1_941 + ((number * 29 + 44) % 72);
  const month = ((number * 5 + 2) % 12) + 1;
  const day = ((number * 11 + 8) % 28) + 1;
  return `${year}-${twoDigits(month)}-${twoDigits(day)}`;
}

function idNumberOf(person: {
  readonly number: number;
  readonly region: string;
  readonly isLatin: boolean;
  readonly isMale: boolean;
  readonly birthdate: string;
}): string {
  const { number, region, isLatin, isMale, birthdate } = person;
  const place = isLatin ? `9${region.slice(0, 2)}${String(100 + number)}` : region;
  const order = String(2 * (10 + number) + (isMale ? 1 : 0)).padStart(3, '0');
  const digits = `${place}${birthdate.replaceAll('-', '')}${order}`;
  return `${digits}${checkCharacterOf(digits)}`;
}

function pick<Item>(items: readonly Item[], at: number): Item {
  const item = items[at % items.length];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
