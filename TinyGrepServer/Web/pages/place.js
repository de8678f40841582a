// Where somebody was on the search page, for Back: how much was loaded, what was unfolded, and which row was seen where. The place is
// told by a row, since rows that have not been seen have no height that could be counted on.

const max = 50; // files that are unfolded again

/** Notes the place in the history's entry. */
export function notePlace(results, matches, row = topRow(results.place)) {
  const open = results.sections.filter(section => section.isOpen).map(section => [section.dictionary, section.matches.length]);
  const top = row?.getBoundingClientRect().top ?? 0;
  history.replaceState({ matches, open: open.slice(0, max), at: row?.href ?? null, top }, '');
}

/** A result near the top of what is seen; none where the page is at its top. */
function topRow(place) {
  if (scrollY === 0) return null;
  const left = place.getBoundingClientRect().left + 80;
  for (let top = 80; top < innerHeight; top += 16) { // less than a row is high
    const link = document.elementFromPoint(left, top)?.closest('.hit')?.querySelector('a');
    if (link) return link;
  }
  return null;
}

/** Goes back to a place; `unfold` shows so many matches of a section. */
export async function returnTo(place, results, unfold) {
  for (const [name, matches] of place.open ?? []) {
    const section = results.sections.find(one => one.dictionary === name);
    if (section?.hasMore) await unfold(section, matches);
  }
  const row = place.at && results.links.find(link => link.href === place.at);
  if (!row) return;
  row.focus({ preventScroll: true });
  for (let time = 0; time < 2; time++) { // what is above it has its height only once it has been near
    row.scrollIntoView({ block: 'start' });
    scrollBy(0, row.getBoundingClientRect().top - place.top);
    await new Promise(resolve => requestAnimationFrame(resolve));
  }
}
