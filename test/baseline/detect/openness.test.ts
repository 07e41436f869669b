import { describe, expect, it } from 'vitest';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { get } from '../calls.ts';

/** Albums that hold pictures of the same names, each seen twice: too seldom to be open, too often to be one of a kind. */
function judgeOf(pictures: readonly string[]) {
  const learner = createLearner();
  for (const round of [1, 2]) {
    for (const [i, picture] of pictures.entries())
      learner.observe(get(`photos/${picture}`, { invocation: `${round}-${i}` }));
  }
  return createJudge(learner.document().functions.resize!);
}

describe('a name that most of the folders beside hold', () => {
  const albums = ['sea', 'city', 'garden', 'winter'];
  const names = ['morning.bmp', 'noon.bmp', 'evening.bmp', 'portrait.bmp'];
  const judge = judgeOf(
    albums.flatMap((album) => names.map((name) => `${album}/${name}`)).filter((p) => p !== 'city/noon.bmp'),
  );
  const found = (picture: string) => judge.before(get(`photos/${picture}`)).map(({ detector }) => detector);

  it('belongs to a known folder too', () => {
    expect(found('city/noon.bmp')).toEqual([]);
  });

  it('opens neither a folder that was never seen, nor a known one to other names', () => {
    expect(found('secret/noon.bmp')).toEqual(['resource']);
    expect(found('city/passwords.txt')).toEqual(['resource']);
    expect(found('city/../noon.bmp')).toEqual(['resource']);
  });

  it('says nothing where only one folder beside holds it', () => {
    const few = judgeOf(['sea/morning.bmp', 'sea/noon.bmp', 'city/morning.bmp', 'garden/morning.bmp']);
    expect(few.before(get('photos/city/noon.bmp')).map(({ detector }) => detector)).toEqual(['resource']);
  });
});

describe('folders by the hour', () => {
  const judge = judgeOf(['2026-01-05/07/a.gz', 'y=2026/m=01/d=05/hh=07/a.gz', 'tenants/07/a.gz']);
  const found = (picture: string) => judge.before(get(`photos/${picture}`)).map(({ detector }) => detector);

  it('below those of days are known by one of them', () => {
    expect(found('2026-01-06/19/a.gz')).toEqual([]);
    expect(found('y=2026/m=01/d=06/hh=19/a.gz')).toEqual([]);
  });

  it('are none below other folders, beyond the day, or with other names', () => {
    for (const path of ['tenants/19/a.gz', '2026-01-06/24/a.gz', '2026-01-06/07x/a.gz', '2026-01-06/19/b.sql'])
      expect(found(path)).toEqual(['resource']);
  });
});
