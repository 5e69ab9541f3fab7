/** A place's name beside a thing's, unless what stands there (its own name, a heading) says the place already; then ''. */
export function placeBeside(place: string, said: readonly string[]): string {
  const inWords = place.toLowerCase();
  return said.some((one) => one.toLowerCase().includes(inWords)) ? '' : place;
}
