/** Who wants to hear of something; told in the order in which they came. */
export interface Listeners<T> {
  /** Returns the unsubscribe. */
  add(listener: (value: T) => void): () => void;
  emit(value: T): void;
}

export function listeners<T>(): Listeners<T> {
  const all = new Set<(value: T) => void>();
  return {
    add: (listener) => {
      all.add(listener);
      return () => all.delete(listener);
    },
    emit: (value) => {
      for (const listener of all) listener(value);
    },
  };
}
