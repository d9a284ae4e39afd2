import { z } from 'zod';

/** A name under which somebody appears: a subject, the e-mail address of commits, an account. Letter case is none of it. */
const nameOfPerson = z.string().trim().min(1).max(200);

function namesOf({ subject, also }: { readonly subject: string; readonly also: string[] }): string[] {
  return [...new Set([subject, ...also].map((name) => name.toLowerCase()))];
}

function firstTwice(names: readonly string[]): string | undefined {
  return names.find((name, i) => names.indexOf(name) !== i);
}

/**
 * Who is the same person: nobody approves what they wrote under another name, counts twice, or signs off what they did
 * with another account.
 */
export const peopleSchema = z
  .array(
    z.strictObject({
      subject: nameOfPerson.meta({ description: 'The `subject` of their tokens' }),
      also: z.array(nameOfPerson).max(50).default([]).meta({
        description:
          'Further names of theirs: subjects (`github:1234`), e-mail addresses of commits, accounts of machines',
      }),
    }),
  )
  .max(2000)
  .superRefine((people, context) => {
    const twice = firstTwice(people.flatMap(namesOf));
    if (twice !== undefined) context.addIssue(`"${twice}" is one person's only`);
  })
  .default([])
  .meta({ description: 'Who else somebody is: for approvals and reviews' });
