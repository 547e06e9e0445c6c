/** Anyone may send the page odd JSON: one entry that cannot be drawn must not take the others with it. */

/** Returns what `work` returns; when it fails, the browser's console says why and `instead` is called. */
export function attempt(work, instead = () => null) {
  try {
    return work();
  } catch (error) {
    console.warn(error);
    return instead();
  }
}
